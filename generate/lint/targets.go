package lint

import (
	"slices"

	"github.com/buttonbench/button/generate/chattemplate"
)

// Shape is the form of a line.
type Shape string

// The shapes.
const (
	Canonical Shape = "a canonical record"
	Chat      Shape = "chat messages"
	DPO       Shape = "preference pairs"
	ShareGPT  Shape = "ShareGPT turns"
	Swift     Shape = "ms-swift messages"
	Text      Shape = "rendered text"
	Marked    Shape = "messages with calls in their text"
	XLAM      Shape = "queries with answers"
)

// Target is a trainer or a chat template.
type Target struct {
	Name string
	For  string // in words
	// Family is the chat template that the target is; "" for a trainer.
	Family string
	// Shapes are the forms of lines that the target reads; a canonical record, which
	// an exporter still turns into one of them, is always taken.
	Shapes []Shape
	// Arguments is the form of arguments in a line; the exporter sees to it for a
	// canonical record.
	Arguments chattemplate.Form
	LosesText bool
	OneCall   bool
	// NoCalls: the template prints no calls.
	NoCalls bool
	// TextOnly: every argument is printed as a string.
	TextOnly bool
	// ParallelFlag: calls side by side need a switch of the trainer's.
	ParallelFlag bool
	NineSigns    bool
	LosesSystem  bool
	// Pairs: turns of the two sides alternate strictly, results counting as the
	// user's, and their number is even.
	Pairs bool
	// ToolsText, ToolsList: the form of the tools; both false takes either.
	ToolsText, ToolsList bool
	// Properties: a tool without parameters.properties raises.
	Properties bool
	// StringEnums: an enum of anything but strings raises. Reported as a warning for
	// a trainer, whose other tool formats take it.
	StringEnums bool
	// OffWithoutTools: a record without tools gets a line about thinking.
	OffWithoutTools bool
	// Arrow: rows are loaded into columns, whose types must be constant.
	Arrow bool
	// NeedsGeneration: a loss on the assistant's turns needs marks in the template.
	NeedsGeneration bool
	MaxTokens       int // the default length; longer records are cut or dropped
	LeastLines      int
	// Marks are those of a family that is linted but not rendered.
	Marks []string
}

// Lookup finds a target by name.
func Lookup(name string) (Target, bool) {
	for _, target := range Targets() {
		if target.Name == name {
			return target, true
		}
	}
	if family, ok := chattemplate.Lookup(name); ok {
		return familyTarget(family), true
	}
	return Target{}, false
}

// Names lists the targets.
func Names() []string {
	var names []string
	for _, target := range Targets() {
		names = append(names, target.Name)
	}
	return names
}

// Targets lists the trainers' formats, then the families.
func Targets() []Target {
	targets := trainers()
	for _, family := range chattemplate.Families() {
		targets = append(targets, familyTarget(family))
	}
	return append(targets, lintedFamilies()...)
}

// The lengths at which trainers cut by default: TRL and verl at 1,024;
// LLaMA-Factory, Axolotl, ms-swift and Unsloth's scripts at 2,048.
func trainers() []Target {
	either, str, obj := chattemplate.Either, chattemplate.String, chattemplate.Object
	return []Target{
		{Name: "openai", For: "OpenAI fine-tuning", Shapes: []Shape{Chat}, Arguments: str, ToolsList: true, MaxTokens: 4096, LeastLines: 10},
		{Name: "openai-dpo", For: "OpenAI preference fine-tuning", Shapes: []Shape{DPO}, Arguments: str, ToolsList: true, MaxTokens: 4096, LeastLines: 10},
		{Name: "trl", For: "TRL SFTTrainer", Shapes: []Shape{Chat}, Arguments: obj, ToolsText: true, Arrow: true, NeedsGeneration: true, MaxTokens: 1024},
		{Name: "llamafactory", For: "LLaMA-Factory, ShareGPT", Shapes: []Shape{ShareGPT}, Arguments: obj, LosesText: true, Pairs: true, ToolsText: true, Properties: true, StringEnums: true, Arrow: true, MaxTokens: 2048},
		{Name: "llamafactory-openai", For: "LLaMA-Factory, OpenAI format", Shapes: []Shape{Chat}, Arguments: obj, LosesText: true, Pairs: true, ToolsText: true, Properties: true, StringEnums: true, OffWithoutTools: true, Arrow: true, MaxTokens: 2048},
		{Name: "axolotl", For: "Axolotl, chat_template", Shapes: []Shape{Chat}, Arguments: either, ToolsText: true, Arrow: true, MaxTokens: 2048},
		{Name: "ms-swift", For: "ms-swift", Shapes: []Shape{Swift}, Arguments: obj, ToolsText: true, Arrow: true, MaxTokens: 2048},
		{Name: "unsloth-text", For: "pre-rendered text", Shapes: []Shape{Text}, Arguments: either, Arrow: true, MaxTokens: 2048},
		{Name: "hermes", For: "ShareGPT text with calls between tags", Shapes: []Shape{ShareGPT}, Arguments: obj, Arrow: true, MaxTokens: 4096},
		{Name: "button", For: "BUTTON's released format", Shapes: []Shape{Marked}, Arguments: obj, Arrow: true, MaxTokens: 4096},
		{Name: "xlam", For: "xLAM/APIGen rows", Shapes: []Shape{XLAM}, Arguments: obj, ToolsText: true, Arrow: true, MaxTokens: 4096},
		{Name: "verl-sft", For: "verl multi-turn SFT", Shapes: []Shape{Chat}, Arguments: either, ParallelFlag: true, MaxTokens: 1024},
		{Name: "parquet", For: "Parquet", Shapes: []Shape{Chat}, Arguments: either, MaxTokens: 4096},
	}
}

// familyTarget is what a family's template wants of a line that is rendered with it.
func familyTarget(f chattemplate.Family) Target {
	return Target{
		Name: familyName(f.Name), For: "the chat template of " + f.Models, Family: f.Name, Shapes: []Shape{Chat}, Arguments: f.Arguments,
		LosesText: f.LosesText || f.MovesText, OneCall: f.OneCall, NoCalls: f.NoCalls, TextOnly: f.TextOnly, NineSigns: f.NineSigns, LosesSystem: f.LosesSystem,
		Properties: f.Name == "react" || f.Name == "hermes", StringEnums: f.Name == "react", Pairs: f.Name == "react", NeedsGeneration: true, MaxTokens: 4096,
	}
}

// familyName keeps a family's name apart from a trainer's format.
func familyName(name string) string {
	if slices.ContainsFunc(trainers(), func(t Target) bool { return t.Name == name }) {
		return name + "-template"
	}
	return name
}

// lintedFamilies are families with rules of their own whose templates are not rendered.
func lintedFamilies() []Target {
	return []Target{
		{Name: "internlm", For: "InternLM 2.5", Shapes: []Shape{Chat}, Arguments: chattemplate.Object, OneCall: true, MaxTokens: 4096,
			Marks: []string{"<|im_start|>", "<|im_end|>", "<|action_start|>", "<|action_end|>", "<|plugin|>"}},
		{Name: "glm-4", For: "GLM-4-9B", Shapes: []Shape{Chat}, Arguments: chattemplate.Object, OneCall: true, LosesText: true, MaxTokens: 4096,
			Marks: []string{"[gMASK]", "<sop>", "<|user|>", "<|assistant|>", "<|system|>", "<|observation|>"}},
	}
}
