package simulated

import (
	"strings"

	"github.com/buttonbench/button/generate/teach"
)

// taskOf checks the task with a number, by itself and beside those before it.
func (c *checker) taskOf(number int, tasks []AtomicTask) []teach.Violation {
	faults := c.task(taskPlace(number), &tasks[number])
	for other := range tasks[:number] {
		if repeats(&tasks[number], &tasks[other]) {
			faults = append(faults, broken(RuleTaskRepeated, tasks[number].Task, "%s repeats %s", taskPlace(number), taskPlace(other)))
		}
	}
	return faults
}

// repeats reports whether two tasks are one: nearly the same words and the same
// values.
func repeats(a, b *AtomicTask) bool {
	if !alike(a.Task, b.Task) {
		return false
	}
	values := map[string]bool{}
	for _, value := range a.KnownValues {
		values[textOf(value.Value)] = true
	}
	for _, value := range b.KnownValues {
		if !values[textOf(value.Value)] {
			return false
		}
	}
	return len(a.KnownValues) == len(b.KnownValues)
}

// fieldType returns the semantic type of a task's result or of a field of it.
func fieldType(task *AtomicTask, field string) (semantic string, found bool) {
	name, part := strings.CutPrefix(field, "result.")
	if !part {
		return task.Result.SemanticType, field == "result"
	}
	for _, one := range task.Result.Fields {
		if one.Name == name {
			return one.SemanticType, true
		}
	}
	return "", false
}

// linkFaults checks a link between two tasks. typed says whether the link claims a
// semantic type of its own.
func linkFaults(link Link, tasks []AtomicTask, typed bool) []teach.Violation {
	var faults []teach.Violation
	semantic, found := fieldType(&tasks[link.From], link.Field)
	switch {
	case !found:
		faults = append(faults, broken(RuleLinkField, link.Field, "%s has no such result", taskPlace(link.From)))
	case typed && !assignable(semantic, link.SemanticType, link.Transform):
		faults = append(faults, broken(RuleLinkType, semantic+" -> "+link.SemanticType, "what %s brings cannot go where a %s is wanted", taskPlace(link.From), link.SemanticType))
	}
	for _, value := range tasks[link.To].KnownValues {
		if sameKind(value.Name, link.Input) {
			faults = append(faults, broken(RuleLinkKnown, value.Name+": "+textOf(value.Value), "the input of %s comes from a result, so its value cannot be known", taskPlace(link.To)))
		}
	}
	return faults
}

// parallelFaults checks the reply of StageParallel.
func (c *composer) parallelFaults(material *ParallelMaterial, reply *ParallelReply) []teach.Violation {
	if len(reply.Parallel) != len(material.New) {
		return []teach.Violation{broken(RuleCount, "", "there are %d further branches, not %d", len(reply.Parallel), len(material.New))}
	}
	if (reply.Final != nil) != material.Final || !material.Final && len(reply.Uses) > 0 {
		return []teach.Violation{broken(RuleFinalTask, "", "a last task that uses the branches is wanted: %t", material.Final)}
	}
	tasks := append(append([]AtomicTask{}, c.task.Tasks...), reply.Parallel...)
	branches := append(append([]int{}, material.Branches...), material.New...)
	var faults []teach.Violation
	for _, number := range material.New {
		faults = append(faults, c.taskOf(number, tasks)...)
	}
	faults = append(faults, branchFaults(branches, tasks)...)
	for _, number := range material.New {
		if same := sameKind(tasks[number].Result.SemanticType, tasks[0].Result.SemanticType); same != (material.Kind == KindSame) {
			faults = append(faults, broken(RuleBranchKind, tasks[number].Result.SemanticType, "branches must bring the %s kind of thing; %s brings %s", material.Kind, taskPlace(0), tasks[0].Result.SemanticType))
		}
	}
	if reply.Final != nil {
		tasks = append(tasks, *reply.Final)
		faults = append(faults, c.taskOf(len(tasks)-1, tasks)...)
		faults = append(faults, usesFaults(reply, branches, tasks)...)
	}
	return append(faults, c.text(reply.Request, material.MostWords, tasks, nil)...)
}

// branchFaults checks that tasks beside one another need nothing of each other.
func branchFaults(branches []int, tasks []AtomicTask) []teach.Violation {
	var faults []teach.Violation
	for _, number := range branches {
		if found := backReference.FindString(tasks[number].Task); found != "" {
			faults = append(faults, broken(RuleBranchDependent, found, "%s speaks of what another task finds", taskPlace(number)))
		}
		for _, other := range branches {
			for _, value := range tasks[number].KnownValues {
				if other != number && sameKind(value.SemanticType, tasks[other].Result.SemanticType) {
					faults = append(faults, broken(RuleBranchOverlap, value.Name+": "+textOf(value.Value), "%s takes as known the kind of thing that %s is to find", taskPlace(number), taskPlace(other)))
				}
			}
		}
	}
	return faults
}

// usesFaults checks what the last task takes from the branches.
func usesFaults(reply *ParallelReply, branches []int, tasks []AtomicTask) []teach.Violation {
	var faults []teach.Violation
	used := map[int]bool{}
	for _, use := range reply.Uses {
		if use.Branch >= len(branches) {
			faults = append(faults, broken(RuleBranchUnknown, taskPlace(use.Branch), "the last task can use the branches and nothing else"))
			continue
		}
		used[use.Branch] = true
		faults = append(faults, linkFaults(Link{From: use.Branch, Field: use.Field, To: len(tasks) - 1, Input: use.Input}, tasks, false)...)
	}
	for _, number := range branches {
		if !used[number] {
			faults = append(faults, broken(RuleBranchUnused, taskPlace(number), "the last task must use the result of every branch"))
		}
	}
	return faults
}
