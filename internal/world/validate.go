package world

import "encoding/json"

// validateArguments checks a model's arguments against the function's schema.
func validateArguments(f *Function, arguments json.RawMessage) error {
	_, err := f.DecodeArguments(arguments)
	return err
}
