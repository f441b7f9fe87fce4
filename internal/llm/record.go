package llm

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Recorder is a client that writes down every request with what came of it.
type Recorder struct {
	next    Client
	options TapeOptions
	scrub   scrubber
	// known answers what an earlier process of the same run has recorded.
	known *replay

	mu     sync.Mutex
	file   *os.File
	before []byte // the request written last
	err    error  // the first error of writing; nothing is written after it
}

// Record returns a client that adds to a recording. Each answer is in the file
// when its request returns. A recording that is there already is gone on with,
// as a run that is resumed does: what it holds is answered from it, except for
// failures that may heal, so that a conversation continues as it began. Close
// puts the whole in order.
//
// The error of a request is never one of writing; see Close.
func Record(next Client, options TapeOptions) (*Recorder, error) {
	r := &Recorder{next: next, options: options, scrub: newScrubber(options.Secrets)}
	file, err := os.OpenFile(options.Path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the recording: %w", err)
	}
	if err := r.resume(file); err != nil {
		file.Close()
		return nil, err
	}
	r.file = file
	return r, nil
}

// resume reads what is there and leaves the file ready for the next take.
func (r *Recorder) resume(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("opening the recording: %w", err)
	}
	if info.Size() == 0 {
		r.known = newReplay(nil, r.options)
		_, err := file.WriteString(tapeMagic + "\n\n")
		return err
	}
	takes, whole, err := readTape(file, r.options)
	if err != nil {
		return err
	}
	lasting := slices.DeleteFunc(slices.Clone(takes), (*take).mayHeal)
	r.known = newReplay(lasting, r.options)
	if len(takes) > 0 {
		r.before = takes[len(takes)-1].request
	}
	if err := file.Truncate(whole); err != nil {
		return fmt.Errorf("cutting the torn end of the recording: %w", err)
	}
	_, err = file.Seek(whole, 0)
	return err
}

// Complete implements Client.
func (r *Recorder) Complete(ctx context.Context, request Request) (*Reply, error) {
	text := r.scrub.all(AppendCanonical(nil, &request))
	if t := r.known.draw(keyOf(text), false); t != nil && ctx.Err() == nil {
		return t.play(r.options.Decode)
	}
	reply, err := r.next.Complete(ctx, request)
	if t := r.take(text, reply, err); t != nil {
		r.write(t)
	}
	return reply, err
}

// take returns what is to be written, nil for nothing: that a run was stopped or
// its budget spent is not the model's doing.
func (r *Recorder) take(text []byte, reply *Reply, err error) *take {
	if err == nil {
		return &take{request: text, status: reply.Status, header: r.headers(reply.Header), body: r.scrub.answer(reply.Raw)}
	}
	var failure *Error
	if !errors.As(err, &failure) {
		return nil
	}
	switch failure.Class {
	case ClassInterrupted, ClassBudget, ClassDown, ClassUnrecorded:
		return nil
	}
	return &take{
		request: text, status: failure.Status, class: failure.Class, detail: string(r.scrub.all([]byte(failure.Detail))),
		header: r.headers(failure.Header), body: r.scrub.all(failure.Body),
	}
}

func (r *Recorder) headers(all map[string][]string) map[string][]string {
	kept := headersOfInterest(all)
	for name, values := range kept {
		clean := make([]string, len(values))
		for i, value := range values {
			clean[i] = string(r.scrub.all([]byte(value)))
		}
		kept[name] = clean
	}
	return kept
}

func (r *Recorder) write(t *take) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || r.file == nil {
		return
	}
	if _, err := r.file.Write(appendTake(nil, t, r.before)); err != nil {
		r.err = fmt.Errorf("writing the recording %s: %w", r.options.Path, err)
		return
	}
	r.before = t.request
}

// Close sorts the recording by request, so that it does not depend on the order
// in which answers came, and compares well with another one. It returns the
// first error of writing, also that of an earlier request.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return r.err
	}
	if err := r.file.Close(); r.err == nil && err != nil {
		r.err = fmt.Errorf("writing the recording %s: %w", r.options.Path, err)
	}
	r.file = nil
	if r.err == nil {
		r.err = r.sort()
	}
	return r.err
}

func (r *Recorder) sort() error {
	file, err := os.Open(r.options.Path)
	if err != nil {
		return fmt.Errorf("sorting the recording: %w", err)
	}
	takes, _, err := readTape(file, r.options)
	file.Close()
	if err != nil {
		return err
	}
	takes = dropHealed(takes)
	slices.SortStableFunc(takes, func(a, b *take) int {
		return cmp.Or(bytes.Compare(a.request, b.request), bytes.Compare(a.body, b.body), cmp.Compare(a.class, b.class))
	})
	if err := writeTape(r.options.Path, takes); err != nil {
		return fmt.Errorf("sorting the recording: %w", err)
	}
	return nil
}

// dropHealed leaves out failures of requests that were answered later.
func dropHealed(takes []*take) []*take {
	answered := map[Key]bool{}
	for _, t := range takes {
		if !t.mayHeal() {
			answered[keyOf(t.request)] = true
		}
	}
	return slices.DeleteFunc(takes, func(t *take) bool { return t.mayHeal() && answered[keyOf(t.request)] })
}

// mayHeal reports whether a resumed run asks again.
func (t *take) mayHeal() bool { return (&Error{Class: t.class}).Temporary() }

// writeTape replaces a recording by another one, whole or not at all.
func writeTape(path string, takes []*take) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(out.Name())))
		}
	}()
	if _, err = out.WriteString(tapeMagic + "\n\n"); err == nil {
		var before []byte
		for _, t := range takes {
			if _, err = out.Write(appendTake(nil, t, before)); err != nil {
				break
			}
			before = t.request
		}
	}
	if err == nil {
		err = out.Sync()
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(out.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
