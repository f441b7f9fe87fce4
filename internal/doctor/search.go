package doctor

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// searchTime bounds the search of one address: what is on this machine answers at once.
const searchTime = 2 * time.Second

// Addresses are the loopback addresses that are searched: the usual ports of
// vLLM, llama.cpp, Ollama, SGLang, LM Studio and a few others.
func Addresses() []string {
	return []string{
		"127.0.0.1:8000", "127.0.0.1:8080", "127.0.0.1:11434", "127.0.0.1:30000", "127.0.0.1:1234", "127.0.0.1:5000",
	}
}

// Search looks at all addresses at once and returns the servers that list models,
// in the order of the addresses, those that want a key first behind them. It
// sends no key and no header of anybody's. A nil transport makes one.
func Search(ctx context.Context, transport http.RoundTripper, addresses []string) []Found {
	if transport == nil {
		transport = newTransport()
	}
	client := &http.Client{
		Transport: transport, Timeout: searchTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	found := make([]*Found, len(addresses))
	var group sync.WaitGroup
	for i, address := range addresses {
		group.Go(func() { found[i] = look(ctx, client, "http://"+address+"/v1") })
	}
	group.Wait()
	var all []Found
	for _, needsKey := range []bool{false, true} {
		for _, one := range found {
			if one != nil && one.NeedsKey == needsKey {
				all = append(all, *one)
			}
		}
	}
	return all
}

// look returns nil where nothing lists models.
func look(ctx context.Context, client *http.Client, baseURL string) *Found {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, baseURL+"/models", nil)
	if err != nil {
		return nil
	}
	got, err := read(client, request)
	if err != nil {
		return nil
	}
	var s signs
	s.header(got.header)
	if got.status == http.StatusUnauthorized {
		return &Found{BaseURL: baseURL, Server: s.guess(), NeedsKey: true}
	}
	listed, ok := parseModels(got.body)
	if got.status != http.StatusOK || !ok {
		return nil
	}
	one := &Found{BaseURL: baseURL}
	for i, model := range listed {
		s.owner(model.owner)
		if i < maxNamed {
			one.Models = append(one.Models, shorten(model.id, maxQuoted))
		}
	}
	one.Server = s.guess()
	return one
}

// search fills the report where no URL was given. It returns false if there is
// nothing to examine.
func (e *exam) search(ctx context.Context) bool {
	addresses := e.options.Addresses
	if addresses == nil {
		addresses = Addresses()
	}
	e.report.Found = Search(ctx, e.options.Transport, addresses)
	if len(e.report.Found) == 0 {
		return false
	}
	if i := slices.IndexFunc(e.report.Found, func(one Found) bool { return slices.Contains(one.Models, e.options.Model) }); i > 0 {
		chosen := e.report.Found[i]
		e.report.Found = slices.Insert(slices.Delete(e.report.Found, i, i+1), 0, chosen)
	}
	for i := range e.report.Found {
		for j, model := range e.report.Found[i].Models {
			e.report.Found[i].Models[j] = e.clean(model)
		}
	}
	e.report.BaseURL, e.stranger = e.report.Found[0].BaseURL, true
	return true
}
