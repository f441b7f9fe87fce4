package toolsource_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/toolsource"
)

const oneTool = `[{"name":"get_level","description":"The level"}]`

// TestURL: a document is fetched from where it was named, with the headers for
// there and nowhere else.
func TestURL(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-Token": {"secret"}}
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != "" {
			t.Error("the header went to another host")
		}
		fmt.Fprint(w, oneTool)
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Token") != "secret" {
			t.Errorf("%s is asked for without the header", r.URL)
		}
		switch r.URL.Path {
		case "/tools":
			fmt.Fprint(w, oneTool)
		case "/openapi.yaml":
			fmt.Fprint(w, "openapi: 3.0.0\npaths:\n  /a:\n    get: {operationId: a, parameters: [{name: x, in: query, schema: {$ref: 'b.yaml'}}], responses: {}}\n")
		case "/elsewhere":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/page":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<html>")
		case "/big":
			_, _ = io.Copy(w, io.LimitReader(spaces{}, toolsource.MaxDocumentBytes+10))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	for path, want := range map[string]string{
		"/tools":        "",
		"/elsewhere":    "",
		"/openapi.yaml": "", // whose one operation refers to another file
		"/page":         "web page",
		"/big":          "more than 16 MiB",
		"/none?key=abc": "404 Not Found",
	} {
		s, err := toolsource.Open(context.Background(), server.URL+path, toolsource.Options{Header: header})
		if want == "" {
			if err != nil || len(s.Tools)+len(s.Skipped) != 1 {
				t.Errorf("%s: %v, %+v", path, err, s)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: have %v, want %q", path, err, want)
		}
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
