package work

import (
	"context"
	"errors"
	"os"
)

// ErrInterrupted is the cause of a context that a second signal has cancelled.
var ErrInterrupted = errors.New("interrupted")

// TwoStage turns signals into the two ways to stop: the first closes drain, so
// that running jobs are finished; the second cancels the context with
// ErrInterrupted. stop ends the watch and cancels the context; call it once
// the work has ended.
func TwoStage(ctx context.Context, signals <-chan os.Signal) (_ context.Context, drain <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	drained := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-signals:
			close(drained)
		case <-ctx.Done():
			return
		}
		select {
		case <-signals:
			cancel(ErrInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, drained, func() {
		cancel(context.Canceled)
		<-ended
	}
}
