package button_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/buttonbench/button"
)

// FuzzRecord: no text makes the decoder panic, and what it takes is written in
// one canonical way, on one line, that reads back as the same record.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"messages":[{"tool_calls":[{"function":{"arguments":{"a":1,"a":2}}}]}],"x":"\u2028\ud83d\ude82"}`))
	f.Add([]byte(`{"plan":{"nodes":[{"arguments":null}],"edges":null},"meta":{"seed":18446744073709551615}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var record button.Record
		if record.UnmarshalJSON(data) != nil {
			return
		}
		record.Validate()
		first, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(first, "\n\r") || !json.Valid(first) {
			t.Fatalf("not one line of JSON: %q", first)
		}
		var again button.Record
		if err := again.UnmarshalJSON(first); err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		second, err := again.AppendJSON(nil)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}
