package players

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wrongValue changes one value of the arguments to another one of the same JSON
// type that the schema allows as well.
func wrongValue(scene *scene, steps []step, at place) ([]step, bool) {
	target := &steps[at.step].calls[at.call]
	value, ok := decodeValue(target.arguments)
	if !ok {
		return nil, false
	}
	spots := leaves(value, scene.parameters(target.name))
	scene.random.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	for _, spot := range spots {
		for _, candidate := range others(spot.value, spot.schema, scene) {
			if encodeValue(candidate) != encodeValue(spot.value) && allows(spot.schema, candidate) {
				spot.put(candidate)
				target.arguments = encodeValue(value)
				return steps, true
			}
		}
	}
	return nil, false
}

// wrongFunction calls another function of the list with the same arguments.
func wrongFunction(scene *scene, steps []step, at place) ([]step, bool) {
	target := &steps[at.step].calls[at.call]
	for _, i := range scene.random.Perm(len(scene.tools)) {
		swapped := call{scene.tools[i].Name, target.arguments}
		if swapped.name != target.name && !planned(scene.gold, swapped) {
			*target = swapped
			return steps, true
		}
	}
	return nil, false
}

// missingCall drops a call, and with the only call of a step the step.
func missingCall(_ *scene, steps []step, at place) ([]step, bool) {
	wave := &steps[at.step]
	if len(wave.calls) == 1 {
		return slices.Delete(steps, at.step, at.step+1), true
	}
	wave.calls = slices.Delete(wave.calls, at.call, at.call+1)
	return steps, true
}

// extraCall adds a call that only reads, of a function on the list.
func extraCall(scene *scene, steps []step, at place) ([]step, bool) {
	known := map[string]any{}
	for _, wave := range scene.gold {
		for _, c := range wave.calls {
			if object, ok := decodeValue(c.arguments); ok {
				collect(object, known)
			}
		}
	}
	for _, i := range scene.random.Perm(len(scene.tools)) {
		tool := scene.tools[i]
		if !readLike(tool.Name) {
			continue
		}
		arguments, ok := sampleArguments(parseSchema(tool.Parameters), known)
		if !ok {
			continue
		}
		added := call{tool.Name, encodeValue(arguments)}
		if planned(scene.gold, added) {
			continue
		}
		wave := &steps[at.step]
		wave.calls = slices.Insert(wave.calls, at.call+1, added)
		return steps, true
	}
	return nil, false
}

// invalidType gives one argument a value of a JSON type that its schema forbids.
func invalidType(scene *scene, steps []step, at place) ([]step, bool) {
	target := &steps[at.step].calls[at.call]
	value, ok := decodeValue(target.arguments)
	if !ok {
		return nil, false
	}
	spots := leaves(value, scene.parameters(target.name))
	scene.random.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	for _, spot := range spots {
		declared := spot.schema.types()
		if len(declared) == 0 {
			continue
		}
		for _, candidate := range retyped(spot.value) {
			if !typeAllowed(declared, candidate) {
				spot.put(candidate)
				target.arguments = encodeValue(value)
				return steps, true
			}
		}
	}
	return nil, false
}

// malformedJSON cuts the arguments short. What is cut was an object, so that no
// proper beginning of it is valid.
func malformedJSON(scene *scene, steps []step, at place) ([]step, bool) {
	target := &steps[at.step].calls[at.call]
	text := strings.TrimSpace(target.arguments)
	if !strings.HasPrefix(text, "{") || len(text) < 2 {
		return nil, false
	}
	cut := 1 + scene.random.IntN(len(text)-1)
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	target.arguments = text[:cut]
	return steps, true
}

// parameters is the schema of a function's parameters, nil if it is not listed.
func (s *scene) parameters(name string) schema {
	for i := range s.tools {
		if s.tools[i].Name == name {
			return parseSchema(s.tools[i].Parameters)
		}
	}
	return nil
}

// planned reports whether the reference makes this very call somewhere.
func planned(gold []step, c call) bool {
	c = canonical(c)
	for _, wave := range gold {
		for _, other := range wave.calls {
			if canonical(other) == c {
				return true
			}
		}
	}
	return false
}

// readLike judges by the first word of a function's name whether it only looks.
func readLike(name string) bool {
	words := splitName(name)
	if len(words) == 0 {
		return false
	}
	switch words[0] {
	case "get", "list", "find", "search", "show", "check", "look", "lookup", "count", "read", "fetch", "query",
		"view", "compare", "calculate", "compute", "describe", "estimate", "convert", "is", "has", "available", "quote":
		return true
	}
	return false
}

// others are values of the same type to put in the place of one, best first.
func others(value any, s schema, scene *scene) []any {
	if all := slices.Clone(s.enum()); len(all) > 0 {
		scene.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all
	}
	switch value := value.(type) {
	case bool:
		return []any{!value}
	case string:
		return otherTexts(value, scene)
	default:
		return otherNumbers(value, scene)
	}
}

func (s *scene) words() []string {
	var words []string
	for _, found := range capitalised(s.said) {
		words = append(words, found.text)
	}
	return words
}
