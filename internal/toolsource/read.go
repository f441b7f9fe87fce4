package toolsource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

func openFile(name string, options Options) (*Source, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading tools: %w", err)
	}
	files := &library{loaded: map[string]*document{}}
	if options.FollowFiles {
		folder, err := os.OpenRoot(filepath.Dir(name))
		if err != nil {
			return nil, fmt.Errorf("reading tools: %w", err)
		}
		defer folder.Close()
		files.folder = folder
	}
	return readDocument(files, filepath.Base(name), name, data)
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; name a file", name)
	}
	return readBounded(file)
}

func readBounded(from io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, MaxDocumentBytes+1))
	if err == nil && len(data) > MaxDocumentBytes {
		err = fmt.Errorf("the document has more than %d MiB", MaxDocumentBytes>>20)
	}
	return data, err
}

func openURL(ctx context.Context, source string, options Options) (*Source, error) {
	at, err := url.Parse(source)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("%s is no URL", quote(source))
	}
	ctx, cancel := context.WithTimeout(ctx, options.timeout())
	defer cancel()
	shown := at.Scheme + "://" + at.Host + at.Path // a query may hold a secret
	data, err := fetch(ctx, at, options)
	if err != nil {
		return nil, fmt.Errorf("fetching tools from %s: %w", shown, withoutURL(err))
	}
	return readDocument(&library{loaded: map[string]*document{}}, path.Base(at.Path), shown, data)
}

// withoutURL takes the URL out of a client's error: it may hold a secret, and
// whoever wraps the error names it without.
func withoutURL(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func fetch(ctx context.Context, at *url.URL, options Options) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, application/yaml, */*;q=0.5")
	client := &http.Client{Transport: &ownHost{at.Host, options.Header, MaxDocumentBytes + 1}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind == "text/html" {
		return nil, errors.New("the server answered with a web page; name the document itself")
	}
	return readBounded(response.Body)
}

// ownHost adds headers to requests to one host only, so that a redirection does
// not carry them elsewhere, and bounds what one answer may hold.
type ownHost struct {
	host   string
	header http.Header
	limit  int64 // bytes
}

func (t *ownHost) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Host == t.host {
		request = request.Clone(request.Context())
		for name, values := range t.header {
			request.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		response.Body = &boundedBody{response.Body, t.limit}
	}
	return response, err
}

// boundedBody fails once more than the allowed bytes are read.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the answer is too long")
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// readDocument finds out what a document is and reads it. name is its own, for
// references between files; shown is for errors.
func readDocument(files *library, name, shown string, data []byte) (*Source, error) {
	values, err := parseDocument(name, data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", shown, err)
	}
	c := &collector{}
	if root, ok := values[0].value.(*object); ok && len(values) == 1 && (root.has("openapi") || root.has("swagger")) {
		files.main = &document{name: name, root: root}
		files.loaded[name] = files.main
		err = readOpenAPI(c, files, root, maxValues)
	} else {
		err = readToolList(c, values)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", shown, err)
	}
	return c.source(), nil
}

// parseDocument reads JSON, one value or several, or YAML.
func parseDocument(name string, data []byte) ([]located, error) {
	start := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	extension := strings.ToLower(path.Ext(name))
	if extension == ".yaml" || extension == ".yml" || len(start) > 0 && start[0] != '{' && start[0] != '[' {
		value, err := parseYAML(data)
		return []located{{value, 1}}, err
	}
	return parseJSON(data)
}
