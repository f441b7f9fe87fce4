package world

import "time"

// SystemPrompt opens a conversation in the world: the role, and what day it is.
func (w *World) SystemPrompt(today string) string {
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return w.Role
	}
	return w.Role + " Today is " + day.Format("Monday, 2 January 2006") + "."
}
