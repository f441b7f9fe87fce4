package llmtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Virtual serves HTTP without a network, over pipes within the process, until
// the test ends. Inside a testing/synctest bubble whatever its server waits for
// takes no time. The transport answers for every host.
func Virtual(t testing.TB, choose Choose) http.RoundTripper {
	t.Helper()
	listener := &pipes{calls: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: Handler(choose)}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(listener) })
	transport := &http.Transport{
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.dial(ctx) },
		MaxIdleConnsPerHost: 1 << 12,
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		serving.Wait()
	})
	return transport
}

// pipes is a listener that is called from within the process.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.calls <- there:
		return here, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case call := <-p.calls:
		return call, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "pipe"} }
