package quality

// importedConsistency wants the same call to have the same answer, where nothing that
// could have changed it was called in between.
func (c *check) importedConsistency() error {
	for i := range c.calls {
		made := &c.calls[i]
		if made.result < 0 || made.invented.failed || made.invented.unread {
			continue
		}
		for k := i - 1; k >= 0 && c.calls[k].Name == made.Name; k-- {
			before := &c.calls[k]
			if before.result < 0 || before.invented.failed || before.invented.unread || !before.sameCall(made) {
				continue
			}
			if !equalJSON(before.invented.result, made.invented.result) {
				c.report("answer", made.result, c.record.Messages[made.result].Content, "the same call of %s had another result", clip(made.Name))
			}
			break
		}
	}
	return nil
}

// importedMinimality wants no call twice: in one message, or in one turn of the user
// without a call of another function in between, unless the first one failed.
func (c *check) importedMinimality() error {
	for i := range c.calls {
		made := &c.calls[i]
		for k := i - 1; k >= 0 && c.calls[k].turn == made.turn; k-- {
			before := &c.calls[k]
			if before.Name != made.Name && before.message != made.message {
				break
			}
			if before.invented.unread || made.invented.unread || !before.sameCall(made) {
				continue
			}
			if !before.invented.failed || before.message == made.message {
				c.report("twice", made.message, made.Name, "the same call was made before")
			}
			break
		}
	}
	return nil
}

// importedHygiene wants no markers of chat formats in texts, and results of values
// that somebody thought up.
func (c *check) importedHygiene() error {
	c.markers()
	c.placeholders()
	return nil
}
