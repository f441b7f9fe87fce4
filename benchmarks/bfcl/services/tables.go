package services

import (
	"embed"

	"github.com/buttonbench/button/internal/python"
)

// The figures that the services look up (routes, rates, distances) and the states
// in which they begin without a configuration.
//
//go:embed tables/trading.json tables/travel.json tables/vehicle.json
var tableFiles embed.FS

// mustTable reads an embedded table. Nothing may change what it returns.
func mustTable(name string) *python.Dict {
	text, err := tableFiles.ReadFile("tables/" + name)
	if err != nil {
		panic(err)
	}
	value, err := python.ParseJSON(string(text))
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return value.(*python.Dict)
}

// member is a member of an embedded table.
func member[Kind any](table *python.Dict, name string) Kind {
	value, _ := table.GetText(name)
	return value.(Kind)
}
