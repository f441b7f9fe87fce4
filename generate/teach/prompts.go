package teach

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/buttonbench/button"
)

//go:embed prompts
var embedded embed.FS

// Prompts holds the prompts of all stages: NAME.tmpl, a text template that
// defines "system" and "user", and NAME.schema.json, the form of the reply.
// Inside a template .Material is what Ask was given as material,
//
//	{{material}}       writes it as a JSON block, the way every prompt must show it
//	{{pick "a" "b"}}   writes one of the texts, drawn by the request's seed
//	{{form}}           writes the schema of the reply
type Prompts struct {
	files map[string]*promptFile
}

type promptFile struct {
	source string
	schema json.RawMessage
	hash   string
}

// Embedded returns the prompts of this program.
func Embedded() (*Prompts, error) {
	folder, err := fs.Sub(embedded, "prompts")
	if err != nil {
		return nil, err
	}
	return Load(folder)
}

// Load reads prompts from a folder.
func Load(folder fs.FS) (*Prompts, error) {
	p := &Prompts{files: map[string]*promptFile{}}
	names, err := fs.Glob(folder, "*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		stage := strings.TrimSuffix(path.Base(name), ".tmpl")
		source, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("reading the prompt of stage %s: %w", stage, err)
		}
		form, err := fs.ReadFile(folder, stage+".schema.json")
		if err != nil {
			return nil, fmt.Errorf("reading the reply's form of stage %s: %w", stage, err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, form); err != nil {
			return nil, fmt.Errorf("the reply's form of stage %s: %w", stage, err)
		}
		sum := sha256.Sum256(append(append(slices.Clone(source), 0), form...))
		p.files[stage] = &promptFile{source: string(source), schema: compact.Bytes(), hash: "sha256:" + hex.EncodeToString(sum[:])}
	}
	for stage := range p.files {
		if _, err := p.parse(stage, nil, 0); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Stages lists the stages that have a prompt.
func (p *Prompts) Stages() []string {
	var names []string
	for name := range p.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Hashes gives the SHA-256 of each stage's prompt and form, for manifests.
func (p *Prompts) Hashes() map[string]string {
	hashes := map[string]string{}
	for name, file := range p.files {
		hashes[name] = file.hash
	}
	return hashes
}

// Rendered is a prompt as it is sent.
type Rendered struct {
	Stage, System, User string
	schema              json.RawMessage
}

// Render fills a stage's prompt. Parts that vary are drawn by seed.
func (p *Prompts) Render(stage string, material any, seed uint64) (*Rendered, error) {
	parsed, err := p.parse(stage, material, seed)
	if err != nil {
		return nil, err
	}
	rendered := &Rendered{Stage: stage, schema: p.files[stage].schema}
	for _, part := range []struct {
		name string
		text *string
	}{{"system", &rendered.System}, {"user", &rendered.User}} {
		var out strings.Builder
		if err := parsed.ExecuteTemplate(&out, part.name, map[string]any{"Material": material}); err != nil {
			return nil, fmt.Errorf("filling the prompt of stage %s: %w", stage, err)
		}
		*part.text = strings.TrimSpace(out.String())
	}
	return rendered, nil
}

// The tags around material. Its JSON holds no "<", so nothing in it can close them.
const (
	MaterialOpen  = "<material>"
	MaterialClose = "</material>"
)

func (p *Prompts) parse(stage string, material any, seed uint64) (*template.Template, error) {
	file := p.files[stage]
	if file == nil {
		return nil, fmt.Errorf("there is no prompt for stage %q", stage)
	}
	var random *rand.Rand
	parsed, err := template.New(stage).Option("missingkey=error").Funcs(template.FuncMap{
		"pick": func(texts ...string) string {
			if random == nil {
				random = button.NewRandom(button.Seed(seed, "frame of "+stage, 0))
			}
			return texts[random.IntN(len(texts))]
		},
		"material": func() (string, error) {
			data, err := json.MarshalIndent(material, "", " ") // escapes < and >
			return MaterialOpen + "\n" + string(data) + "\n" + MaterialClose, err
		},
		"form": func() string { return string(file.schema) },
	}).Parse(file.source)
	if err != nil {
		return nil, fmt.Errorf("the prompt of stage %s: %w", stage, err)
	}
	for _, part := range []string{"system", "user"} {
		if parsed.Lookup(part) == nil {
			return nil, fmt.Errorf("the prompt of stage %s does not define %q", stage, part)
		}
	}
	return parsed, nil
}
