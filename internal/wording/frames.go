package wording

// Frames put a clause into a sentence. % is the clause. Those ending in "?" or "."
// keep that stop; a speaker's habits may drop it later.
var frames = map[string]map[string][]string{
	Plain: {
		question: {"%?", "%?", "%?"},
		embedded: {"can you tell me %?", "could you tell me %?", "can you check %?", "I'd like to know %.", "do you know %?", "please tell me %.", "could you check %?", "I need to know %.", "could you find out %?", "let me know %, please."},
		noun:     {"what's %?", "what is %?", "can you give me %?", "I need %.", "can you look up %?", "could you tell me %?", "could you look up %?", "can you find %?", "I'd like to know %."},
		verb:     {"can you %?", "could you %?", "please %.", "I'd like to %.", "I want to %.", "I need to %.", "% please.", "%.", "can you please %?", "I need you to %.", "could you % please?"},
		wanted:   {"I'd like %.", "can I have %?", "could I have %?", "I need %.", "can I get %?", "I'd like %, please."},
	},
	Chatty: {
		question: {"%?", "%?", "just wondering, %?", "a quick question: %?"},
		embedded: {"any idea %?", "could you let me know %?", "I was wondering %.", "do you happen to know %?", "can you tell me %?", "I'm trying to find out %.", "I'd love to know %.", "mind telling me %?"},
		noun:     {"what's %?", "could you let me have %?", "I'm after %.", "can you find me %?", "could you dig out %?"},
		verb:     {"any chance you could %?", "would you be able to %?", "could you %?", "can you %?", "I'd love to %.", "I was hoping to %.", "could you possibly %?", "it'd be great if you could %."},
		wanted:   {"I'd love %.", "could I get %?", "can I get %?", "I'd like %."},
	},
	Terse: {
		question: {"%?"},
		embedded: {"tell me %.", "need to know %.", "check %.", "find out %.", "let me know %."},
		noun:     {"%?", "%.", "need %.", "give me %.", "look up %."},
		verb:     {"%.", "%.", "%.", "please %.", "need to %.", "want to %."},
		wanted:   {"need %.", "want %.", "%."},
	},
	Formal: {
		question: {"%?", "may I ask: %?"},
		embedded: {"could you please tell me %?", "I would like to know %.", "please let me know %.", "would you kindly tell me %?", "I should like to find out %.", "may I ask %?"},
		noun:     {"could you please give me %?", "what is %?", "I would like to know %.", "please let me have %.", "would you kindly look up %?"},
		verb:     {"could you please %?", "I would like to %.", "please %.", "would you kindly %?", "may I ask you to %?", "I would be grateful if you could %."},
		wanted:   {"I would like %.", "could I please have %?", "may I have %?"},
	},
}

// pluralNouns are the frames for a noun phrase that is a list.
var pluralNouns = map[string][]string{
	Plain:  {"can you list %?", "show me %.", "what are %?", "can you show me %?", "I'd like to see %.", "could you list %?", "can you find %?", "please list %."},
	Chatty: {"could you show me %?", "what are %?", "can you run through %?", "could you give me %?"},
	Terse:  {"%?", "list %.", "show %.", "%."},
	Formal: {"could you please list %?", "I would like to see %.", "what are %?"},
}

// selfFrames begin with the speaker: "for me" makes no sense in them.
var selfFrames = []string{"I'd like to", "I want to", "I need to", "I would like to", "I'd love to", "I was hoping to", "need to", "want to"}

// The words around a request.
var (
	greetings = map[string][]string{
		Plain:  {"Hi.", "Hello.", "Hi,", "Hello,"},
		Chatty: {"Hi!", "Hello!", "Hi there!", "Hey,", "Hi, hope you're well.", "Hello there.", "Morning!", "Good evening!"},
		Formal: {"Good morning.", "Good afternoon.", "Dear team,", "Hello."},
	}
	thanks = map[string][]string{
		Plain:  {"Thanks.", "Thank you.", "Thanks!"},
		Chatty: {"Thanks!", "Thanks so much!", "Thank you!", "Cheers.", "Thanks a lot."},
		Terse:  {"thanks", "thx", "ta"},
		Formal: {"Thank you.", "Many thanks.", "With thanks."},
	}
	acknowledgements = map[string][]string{
		Plain:  {"OK.", "Thanks.", "Great, thanks.", "Right.", "Good.", "Fine.", "Thank you.", "OK, thanks."},
		Chatty: {"Perfect!", "Great, thanks!", "Lovely.", "Brilliant.", "Thanks, that helps.", "Oh good.", "That's great."},
		Terse:  {"ok", "thx", "good", "right", "ok thanks"},
		Formal: {"Thank you.", "I see, thank you.", "Very well.", "Thank you for that."},
	}
	connectors = map[string][]string{
		Plain:  {"And ", "Also, ", "And ", ""},
		Chatty: {"Oh, and ", "And ", "Also, ", "And one more thing: "},
		Terse:  {"and ", "also ", ""},
		Formal: {"In addition, ", "", "Also, "},
	}
	topics    = []string{"It's about %.", "This is about %.", "I'm writing about %."}
	questions = []string{"A question about %.", "I have a question about %."}
)
