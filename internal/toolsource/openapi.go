package toolsource

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
)

// readOpenAPI makes a tool of each operation, in the document's order. The
// document is walked as it stands and not decoded into a fixed shape, so that
// one bad place costs only the operations that need it. All schemas together may
// unfold to so many values.
func readOpenAPI(c *collector, files *library, root *object, values int) error {
	switch version := root.text("openapi"); {
	case root.has("swagger"):
		return errors.New("it is a Swagger 2 document; convert it to OpenAPI 3")
	case !strings.HasPrefix(version, "3."):
		return fmt.Errorf("its version is %s; OpenAPI 3.0 and 3.1 are read", quoteValue(root.get("openapi")))
	}
	paths := root.object("paths")
	if paths == nil {
		return errors.New("it has no paths, so there is nothing to call")
	}
	api := &openAPI{c: c, files: files, inPlace: maxInPlace, values: values}
	for _, path := range paths.names {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		if err := api.path(path, paths.get(path)); err != nil {
			return err
		}
	}
	if len(c.drafts)+len(c.skipped) == 0 {
		return errors.New("its paths have no operations")
	}
	return nil
}

// openAPI is the reading of one document.
type openAPI struct {
	c     *collector
	files *library
	// What all schemas together may still write out in place, and hold at all.
	inPlace, values int
}

// Bounds on what the operations of a document unfold to, in schema values.
const (
	maxValues      = 3_000_000
	maxInRequest   = 20_000
	maxInResponse  = 5_000
	maxInPlace     = 200_000 // written out in place of references
	maxInOperation = 2_000   // likewise, in one schema
	maxParameters  = 1_000   // of one operation, the members of its body likewise
)

func (a *openAPI) path(path string, value any) error {
	value, doc, err := a.files.follow(a.files.main, value)
	item, ok := value.(*object)
	if err == nil && !ok {
		err = errors.New("the path must be an object")
	}
	if err != nil {
		a.c.skip("", path, err)
		return nil
	}
	for _, method := range item.names {
		if !isMethod(method) {
			continue
		}
		if err := a.c.full(); err != nil {
			return err
		}
		origin := strings.ToUpper(method) + " " + path
		operation, ok := item.get(method).(*object)
		if !ok {
			a.c.skip("", origin, errors.New("the operation must be an object"))
			continue
		}
		o := &operationReader{openAPI: a, doc: doc, method: method, operation: operation, item: item}
		o.draft.origin, o.draft.name = origin, operationName(method, path, operation)
		if err := o.read(); err != nil {
			a.c.skip(o.draft.name, origin, err)
			continue
		}
		a.c.add(o.draft)
	}
	return nil
}

func isMethod(name string) bool {
	switch name {
	case "get", "put", "post", "delete", "options", "head", "patch", "trace":
		return true
	}
	return false
}

// operationName is the operationId, or method and path: get_pets_by_petId.
func operationName(method, path string, operation *object) string {
	if id := operation.text("operationId"); strings.TrimSpace(id) != "" {
		return id
	}
	return safeName(method + "_" + strings.ReplaceAll(path, "{", "by_"))
}

// operationReader makes a draft of one operation.
type operationReader struct {
	*openAPI
	doc       *document
	method    string
	item      *object // of the path
	operation *object
	draft     draft
}

func (o *operationReader) warn(format string, values ...any) {
	o.c.warn("%s: %s", o.draft.label(), fmt.Sprintf(format, values...))
}

func (o *operationReader) read() error {
	for _, described := range []*object{o.operation, o.item} {
		if o.draft.description == "" {
			o.draft.description = describe(described)
		}
	}
	if o.draft.description == "" {
		o.draft.description = label(o.draft.origin)
	}
	o.draft.effect, o.draft.guessed = button.EffectWrite, true
	switch o.method {
	case "get", "head", "options", "trace":
		o.draft.effect = button.EffectRead
	}
	if err := o.readParameters(); err != nil {
		return err
	}
	responses := o.operation.object("responses")
	if responses == nil {
		return nil
	}
	o.readErrors(responses)
	o.readReturns(responses)
	return nil
}

// describe joins summary and description, where one does not begin the other.
func describe(operation *object) string {
	summary, description := plain(operation.text("summary")), plain(operation.text("description"))
	switch {
	case description == "" || strings.HasPrefix(summary, description):
		return summary
	case summary == "" || strings.HasPrefix(description, strings.TrimRight(summary, ".")):
		return description
	case !strings.ContainsAny(summary[len(summary)-1:], ".!?"):
		summary += "."
	}
	return summary + " " + description
}

// readErrors takes the documented answers from 400 to 499.
func (o *operationReader) readErrors(responses *object) {
	for _, code := range responses.names {
		status, err := strconv.Atoi(code)
		if !strings.EqualFold(code, "4XX") && (err != nil || len(code) != 3 || status < 400 || status > 499) {
			continue
		}
		when := ""
		if response, _, err := o.files.followObject(o.doc, responses.get(code)); err == nil {
			when = plain(response.text("description"))
		}
		text := http.StatusText(status)
		failure := Failure{Code: strings.ReplaceAll(safeName(strings.ToLower(text)), "__", "_"), When: when}
		if text == "" {
			failure.Code = "client_error"
		}
		if failure.When == "" {
			failure.When = text
		}
		if !slices.Contains(o.draft.errors, failure) {
			o.draft.errors = append(o.draft.errors, failure)
		}
	}
}

// readReturns takes the schema of the first 2xx answer in JSON. An operation
// whose answer cannot be read is usable without.
func (o *operationReader) readReturns(responses *object) {
	codes := slices.Clone(responses.names)
	slices.Sort(codes)
	for _, code := range codes {
		if len(code) != 3 || code[0] != '2' {
			continue
		}
		response, doc, err := o.files.followObject(o.doc, responses.get(code))
		if err != nil {
			o.warn("its answer %s: %v", code, err)
			continue
		}
		media, _ := pickMedia(response.object("content"), false)
		if media == nil || !media.has("schema") {
			continue
		}
		converted, err := o.convert(doc, media.get("schema"), true)
		if err != nil {
			o.warn("what it returns is taken as unknown: %v", err)
			return
		}
		o.draft.returns = appendJSON(nil, converted)
		return
	}
}

// pickMedia chooses among the media types of a content: JSON, else what else is
// JSON, else, for requests, a form.
func pickMedia(content *object, forms bool) (*object, string) {
	if content == nil {
		return nil, ""
	}
	tests := []func(kind string) bool{
		func(kind string) bool { return kind == "application/json" },
		func(kind string) bool { return strings.HasSuffix(kind, "+json") || kind == "text/json" },
		func(kind string) bool { return kind == "*/*" || kind == "application/*" },
	}
	if forms {
		tests = append(tests, func(kind string) bool {
			return kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
		})
	}
	for _, test := range tests {
		for _, name := range content.names {
			kind, _, _ := strings.Cut(strings.ToLower(name), ";")
			if media := content.object(name); media != nil && test(strings.TrimSpace(kind)) {
				return media, name
			}
		}
	}
	return nil, ""
}
