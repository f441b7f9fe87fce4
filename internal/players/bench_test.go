package players_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/players"
)

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header          { return d.header }
func (discard) Write(data []byte) (int, error) { return len(data), nil }
func (discard) WriteHeader(int)                {}

func BenchmarkHandler(b *testing.B) {
	handler := players.New(players.Options{Guides: []players.Guide{travelBook()}})
	for _, model := range []string{players.Oracle, players.Serial, players.Noisy, players.Lexical, players.Silent} {
		b.Run(model, func(b *testing.B) {
			body := chat(model, "")
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader(body))
				handler.ServeHTTP(discard{http.Header{}}, request)
			}
		})
	}
}
