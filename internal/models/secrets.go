package models

import (
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/config"
)

const keyHint = "put the key into an environment variable and name that variable with api_key_env, or with {env: NAME} for a header"

// Credentials reads the environment variables that a model names. It returns the
// key, "" where the model names none, and the headers with their values. Errors
// name variables and never quote a value.
func (m Model) Credentials(env func(name string) string) (key string, headers map[string]string, err error) {
	read := func(variable, named string) (string, error) {
		value := env(variable)
		if value == "" {
			return "", fmt.Errorf("the environment variable %s, named by %s of model %q, is empty or not set", variable, named, m.label())
		}
		return value, nil
	}
	if m.APIKeyEnv != "" {
		if key, err = read(m.APIKeyEnv, "api_key_env"); err != nil {
			return "", nil, err
		}
	}
	headers = make(map[string]string, len(m.Headers))
	for _, header := range m.Headers {
		value := header.Value
		if header.Env != "" {
			if value, err = read(header.Env, "the header "+header.Name); err != nil {
				return "", nil, err
			}
			if strings.ContainsFunc(value, unprintable) {
				return "", nil, fmt.Errorf("the environment variable %s holds a control character, which cannot stand in a header", header.Env)
			}
		}
		headers[header.Name] = value
	}
	return key, headers, nil
}

func (m Model) label() string {
	if m.Name != "" {
		return m.Name
	}
	return m.ID
}

// refuseKeys walks a whole file and refuses whatever is, by its name or by its
// look, a key. It quotes nothing of a value.
func refuseKeys(node *config.Node) error {
	for _, member := range node.Members {
		value := member.Value
		if (value.Kind == config.Text || value.Kind == config.Integer) && namesKey(member.Name) {
			return value.Errorf("%q would hold a key, and keys have no place in this file: %s", member.Name, keyHint)
		}
		if err := refuseKeys(value); err != nil {
			return err
		}
	}
	for _, item := range node.Items {
		if err := refuseKeys(item); err != nil {
			return err
		}
	}
	if node.Kind == config.Text && looksLikeKey(node.Text) {
		return node.Errorf("this looks like a key, and keys have no place in this file: %s", keyHint)
	}
	return nil
}

// namesKey reports whether a value under this name is a key.
func namesKey(name string) bool {
	plain := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
	switch strings.TrimPrefix(plain, "x") {
	case "apikey", "apitoken", "accesstoken", "authtoken", "bearertoken", "authorization", "proxyauthorization",
		"secret", "secretkey", "clientsecret", "password", "passwd", "cookie", "credential", "credentials", "googapikey":
		return true
	}
	return false
}

// looksLikeKey reports whether a text is written as well-known services write
// their keys.
func looksLikeKey(text string) bool {
	text = strings.TrimSpace(text)
	for _, scheme := range []string{"bearer ", "basic "} {
		if len(text) >= len(scheme)+8 && strings.EqualFold(text[:len(scheme)], scheme) && !strings.Contains(text[len(scheme):], " ") {
			return true
		}
	}
	for _, prefix := range []string{"sk-", "sk_", "xai-", "nvapi-", "pplx-", "github_pat_"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok && len(rest) >= 16 && consistsOf(rest, "_-") {
			return true
		}
	}
	for _, prefix := range []string{"hf_", "gsk_", "ghp_", "r8_", "fw_", "tgp_", "AKIA", "AIza"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok && len(rest) >= 16 && consistsOf(rest, "") {
			return true
		}
	}
	return strings.HasPrefix(text, "eyJ") && len(text) > 60 && strings.Count(text, ".") == 2 && consistsOf(text, "._-")
}

// consistsOf reports whether a text is letters, digits and the marks given.
func consistsOf(text, marks string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(marks, r))
	})
}

// checkVariable wants the name of an environment variable. Somebody may have put
// the key itself there, so nothing is quoted.
func checkVariable(path []string, what, name string) *problem {
	switch {
	case name == "":
		return nil
	case strings.HasPrefix(name, "$"):
		return fault(path, "%s wants the name of an environment variable alone, without $", what)
	case '0' <= name[0] && name[0] <= '9', !consistsOf(name, "_"):
		return fault(path, "%s is not the name of an environment variable: want one such as OPENAI_API_KEY, never the key itself", what)
	case len(name) > 128, len(name) >= 32 && !strings.Contains(name, "_"), looksLikeKey(name):
		return fault(path, "%s looks like a key: want the name of the environment variable that holds it", what)
	}
	return nil
}

func checkHeaders(m Model) *problem {
	var seen []string
	for _, header := range m.Headers {
		path := []string{"headers", header.Name}
		canonical := textproto.CanonicalMIMEHeaderKey(header.Name)
		switch {
		case header.Name == "" || len(header.Name) > 100 || !consistsOf(header.Name, "-_"):
			return fault(path, "%.60q is not the name of a header: want letters, digits, '-' and '_'", header.Name)
		case slices.Contains(seen, canonical):
			return fault(path, "header %q stands twice", canonical)
		case slices.Contains([]string{"Content-Type", "Content-Length", "Host", "Connection", "Transfer-Encoding", "Accept-Encoding"}, canonical):
			return fault(path, "header %q is the program's own: leave it out", canonical)
		case canonical == "Authorization" && m.APIKeyEnv != "":
			return fault(path, "api_key_env writes the header Authorization already: leave one of them out")
		case len(header.Value) > maxText || strings.ContainsFunc(header.Value, unprintable):
			return fault(path, "the value of header %q is longer than %d bytes or holds a control character", canonical, maxText)
		}
		if found := checkVariable(path, "env of header "+canonical, header.Env); found != nil {
			return found
		}
		seen = append(seen, canonical)
	}
	return nil
}
