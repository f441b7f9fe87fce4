package llm

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// TapeOptions say how a recording is made and read.
type TapeOptions struct {
	Path   string
	Decode Decoder
	// Secrets are taken out of all that is recorded, beside what looks like one.
	// A replay needs those that requests hold.
	Secrets []string
	// Warn is told what a killed process left torn; nil tells nobody.
	Warn func(text string)
}

// Replay returns a client that answers from a recording and from nothing else.
// A request that was recorded several times gets its answers in turn, the last
// one from then on. A request that is not in the recording gets an error of
// ClassUnrecorded that shows how it differs from the nearest one.
func Replay(options TapeOptions) (Client, error) {
	file, err := os.Open(options.Path)
	if err != nil {
		return nil, fmt.Errorf("reading the recording: %w", err)
	}
	defer file.Close()
	takes, _, err := readTape(file, options)
	if err != nil {
		return nil, err
	}
	return newReplay(takes, options), nil
}

// readTape reads all takes, and returns the offset behind the last whole one.
func readTape(source io.Reader, options TapeOptions) (takes []*take, whole int64, err error) {
	reader, err := newTapeReader(source)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the recording %s: %w", options.Path, err)
	}
	for {
		whole = reader.offset
		next, err := reader.next()
		switch err {
		case nil:
			takes = append(takes, next)
			continue
		case io.EOF:
			return takes, whole, nil
		case io.ErrUnexpectedEOF:
			if options.Warn != nil {
				options.Warn(fmt.Sprintf("%s:%d: the recording ends within an answer, which is left out", options.Path, reader.number))
			}
			return takes, whole, nil
		}
		return nil, 0, fmt.Errorf("reading the recording %s: %w", options.Path, err)
	}
}

func newReplay(takes []*take, options TapeOptions) *replay {
	r := &replay{options: options, scrub: newScrubber(options.Secrets), known: map[Key]*answers{}}
	for _, t := range takes {
		key := keyOf(t.request)
		if r.known[key] == nil {
			r.known[key] = &answers{}
			r.texts = append(r.texts, t.request)
		}
		r.known[key].takes = append(r.known[key].takes, t)
	}
	slices.SortFunc(r.texts, bytes.Compare)
	return r
}

type replay struct {
	options TapeOptions
	scrub   scrubber
	texts   [][]byte // sorted, each once
	mu      sync.Mutex
	known   map[Key]*answers
}

// answers are those of one request, in the order recorded.
type answers struct {
	takes []*take
	next  int
}

// Complete implements Client.
func (r *replay) Complete(ctx context.Context, request Request) (*Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, stopped(ctx, err, "stopped before the request was answered")
	}
	text := r.scrub.all(AppendCanonical(nil, &request))
	if t := r.draw(keyOf(text), true); t != nil {
		return t.play(r.options.Decode)
	}
	return nil, &Error{Class: ClassUnrecorded, Detail: r.explain(text)}
}

// draw returns the next answer, or nil. With again the last one is given over
// and over.
func (r *replay) draw(key Key, again bool) *take {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := r.known[key]
	if found == nil || found.next == len(found.takes) && !again {
		return nil
	}
	t := found.takes[min(found.next, len(found.takes)-1)]
	found.next = min(found.next+1, len(found.takes))
	return t
}

// play makes of a take what the client once made of it.
func (t *take) play(decode Decoder) (*Reply, error) {
	if t.class != "" {
		return nil, &Error{
			Class: t.class, Status: t.status, Detail: t.detail, Header: t.header.Clone(), Body: bytes.Clone(t.body),
		}
	}
	reply, err := decode(t.status, t.header.Clone(), bytes.Clone(t.body))
	if err != nil {
		return nil, err
	}
	reply.Cached, reply.RetryAfter = true, 0
	return reply, nil
}

// explain shows the first difference to the request that is the same for longest.
func (r *replay) explain(text []byte) string {
	if len(r.texts) == 0 {
		return fmt.Sprintf("the recording %s is empty", r.options.Path)
	}
	at, _ := slices.BinarySearchFunc(r.texts, text, bytes.Compare)
	// The longest common beginning is that of a neighbour in the sorted list.
	nearest := r.texts[min(at, len(r.texts)-1)]
	if at > 0 && common(r.texts[at-1], text) > common(nearest, text) {
		nearest = r.texts[at-1]
	}
	same := common(nearest, text)
	line := bytes.Count(text[:same], []byte{'\n'}) + 1
	return fmt.Sprintf("the recording %s does not hold this request; it differs from the nearest one, request %s, in line %d: recorded %s, asked %s",
		r.options.Path, shortName(nearest), line, excerpt(nearest, same), excerpt(text, same))
}

func common(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// excerpt quotes a little around an offset, within one line.
func excerpt(text []byte, at int) string {
	const before, after = 40, 120
	start := max(bytes.LastIndexByte(text[:at], '\n')+1, at-before)
	end := min(len(text), at+after)
	if line := bytes.IndexByte(text[at:end], '\n'); line >= 0 {
		end = at + line
	}
	return strconv.Quote(strings.ToValidUTF8(string(text[start:end]), "�"))
}

// headersOfInterest are recorded: what says how to read the body, when to come
// back, and by which name the provider knows the request.
func headersOfInterest(header http.Header) http.Header {
	kept := http.Header{}
	for name, values := range header {
		lower := strings.ToLower(name)
		if lower == "content-type" || lower == "x-request-id" || strings.HasPrefix(lower, "retry-after") || strings.Contains(lower, "ratelimit") {
			kept[name] = values
		}
	}
	return kept
}
