package players

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// grace is how long a stopping server waits for answers under way.
const grace = 5 * time.Second

// Server is a handler that listens.
type Server struct {
	address string
	stop    context.CancelFunc
	done    chan struct{}
	err     error // valid once done is closed
}

// Listen serves a handler on an address until the context ends or Close is
// called. "127.0.0.1:0" takes any free port of the loopback interface.
func Listen(ctx context.Context, address string, handler http.Handler) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	ctx, stop := context.WithCancel(ctx)
	unused := &connections{open: map[net.Conn]bool{}}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         unused.note,
	}
	s := &Server{address: listener.Addr().String(), stop: stop, done: make(chan struct{})}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	go func() {
		defer close(s.done)
		defer stop()
		select {
		case s.err = <-failed:
		case <-ctx.Done():
			unused.close()
			s.err = shutDown(server)
			if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
				s.err = errors.Join(s.err, err)
			}
		}
	}()
	return s, nil
}

// BaseURL is what a client takes as base URL: "http://127.0.0.1:40123/v1".
func (s *Server) BaseURL() string { return "http://" + s.address + "/v1" }

// Wait returns once the server has stopped, with the reason if it failed.
func (s *Server) Wait() error {
	<-s.done
	return s.err
}

// Close lets answers under way finish, then stops. It may be called more than once.
func (s *Server) Close() error {
	s.stop()
	return s.Wait()
}

func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// connections are those that have not carried a request yet. A client's pool
// dials some in reserve; http.Server.Shutdown would wait for them for seconds.
type connections struct {
	lock sync.Mutex
	open map[net.Conn]bool
}

func (c *connections) note(connection net.Conn, state http.ConnState) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if state == http.StateNew {
		c.open[connection] = true
	} else {
		delete(c.open, connection)
	}
}

func (c *connections) close() {
	c.lock.Lock()
	defer c.lock.Unlock()
	for connection := range c.open {
		connection.Close()
	}
}
