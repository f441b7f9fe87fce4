package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// stage answers the requests of one stage. It returns the material as read, and a
// pointer to the reply; a nil reply where the material is none that this teacher
// can work with.
type stage func(t *turn, material json.RawMessage) (read, reply any)

// of makes a stage of a function of its material.
func of[M any](answer func(*turn, M) any) stage {
	return func(t *turn, raw json.RawMessage) (any, any) {
		var material M
		if json.Unmarshal(raw, &material) != nil {
			return nil, nil
		}
		return material, answer(t, material)
	}
}

func stages() map[string]stage {
	return map[string]stage{
		stageExtract:    of((*turn).extract),
		stageExpand:     of((*turn).expand),
		stageInvent:     of((*turn).invent),
		stageAtomic:     of((*turn).atomic),
		stageSequential: of((*turn).sequential),
		stageParallel:   of((*turn).parallel),
		stageCheck:      of((*turn).checkComposition),
		stageFunctions:  of((*turn).functions),
		stageDistractor: of((*turn).distractor),
		stageUser:       of((*turn).user),
		stageAssistant:  of((*turn).assistant),
		stageTool:       of((*turn).tool),
		stageJudge:      of((*turn).judge),
		stageOneStep:    of((*turn).oneStep),
		stageOneReply:   of((*turn).oneReply),
		stageRequest:    of((*turn).hybridRequest),
		stageThought:    of((*turn).hybridThought),
		stageAnswer:     of((*turn).hybridAnswer),
	}
}

// The stages, by the names of their prompts.
const (
	stageExtract    = "extract_scenarios"
	stageExpand     = "expand_scenario"
	stageInvent     = "invent_scenarios"
	stageAtomic     = "atomic_task"
	stageSequential = "compose_sequential"
	stageParallel   = "compose_parallel"
	stageCheck      = "check_composition"
	stageFunctions  = "functions"
	stageDistractor = "distractor"
	stageUser       = "user"
	stageAssistant  = "assistant"
	stageTool       = "tool"
	stageJudge      = "judge"
	stageOneStep    = "task_in_one_step"
	stageOneReply   = "trajectory_in_one_reply"

	stageRequest = "hybrid_request"
	stageThought = "hybrid_thought"
	stageAnswer  = "hybrid_answer"
)

// stageByMembers tells a stage by what only its material has.
func stageByMembers(raw json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return "unknown"
	}
	for _, one := range []struct {
		stage string
		has   []string
	}{
		{stageRequest, []string{"sketch", "unsayable"}}, {stageThought, []string{"sketch", "calls"}}, {stageAnswer, []string{"sketch"}},
		{stageExtract, []string{"seeds"}}, {stageExpand, []string{"axis"}}, {stageSequential, []string{"follow"}},
		{stageParallel, []string{"branches"}}, {stageCheck, []string{"questions"}}, {stageOneStep, []string{"shape"}},
		{stageFunctions, []string{"style", "tasks"}}, {stageDistractor, []string{"differs_in"}}, {stageUser, []string{"turn"}},
		{stageTool, []string{"function", "arguments"}}, {stageJudge, []string{"judge_turns"}}, {stageOneReply, []string{"goal", "tools"}},
		{stageAssistant, []string{"dialogue", "tools"}}, {stageInvent, []string{"avoid", "domain"}}, {stageAtomic, []string{"scenario", "locale"}},
	} {
		all := true
		for _, name := range one.has {
			all = all && members[name] != nil
		}
		if all {
			return one.stage
		}
	}
	return "unknown"
}

// turn is one request as the stages see it. What they write follows from it alone.
type turn struct {
	world      *world
	reader     *reader
	seed       uint64 // of the teacher
	wire       int64  // the seed that the request asks for
	stage      string
	subject    string // what the request was before complaints
	complaints int
}

// random is a generator for one purpose of the request.
func (t *turn) random(purpose string) *rand.Rand {
	return hashed(t.seed, t.stage, t.subject, itoa(int(t.wire)), itoa(t.complaints), purpose)
}

// material cuts the JSON between the tags out of a prompt.
func material(prompt string) (json.RawMessage, bool) {
	_, after, found := strings.Cut(prompt, "<material>\n")
	if !found {
		return nil, false
	}
	inside, _, found := strings.Cut(after, "\n</material>")
	return json.RawMessage(inside), found && json.Valid([]byte(inside))
}
