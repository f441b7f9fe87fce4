package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// maxBody bounds what is read of one plain answer.
const maxBody = 4 << 20

// answer is a plain HTTP answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// fetch sends one plain request. A body makes it a POST of JSON.
func (e *exam) fetch(ctx context.Context, address string, body []byte) (*answer, error) {
	if !e.spend() {
		return nil, errors.New("the requests of this examination are used up")
	}
	ctx, cancel := context.WithTimeout(ctx, e.options.RequestTime)
	defer cancel()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if !e.stranger {
		for name, values := range e.options.Header {
			request.Header[http.CanonicalHeaderKey(name)] = values
		}
		if e.options.Key != "" {
			request.Header.Set("Authorization", "Bearer "+e.options.Key)
		}
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return read(e.http, request)
}

func read(client *http.Client, request *http.Request) (*answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil && len(body) == 0 {
		return nil, err
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

// checkURL returns what is wrong with the base URL, "" if nothing is. It leaves
// nothing of a user name or a query, which may be secret, in the report.
func (e *exam) checkURL() string {
	parsed, err := url.Parse(e.report.BaseURL)
	switch {
	case err != nil:
		e.report.BaseURL = ""
		return "the base URL cannot be read"
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		e.report.BaseURL = parsed.Scheme + "://" + parsed.Host
		return "the base URL holds a user name, a query or a fragment"
	case parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "":
		return "the base URL has no http:// or https:// and host"
	}
	return ""
}

// unreachable words why no HTTP answer came, and what to do about it.
func (e *exam) unreachable(err error) (seen, advice string) {
	host := e.report.BaseURL
	if parsed, err := url.Parse(e.report.BaseURL); err == nil {
		host = parsed.Host
	}
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.As(err, &name) && !name.IsTimeout:
		return fmt.Sprintf("the name %s cannot be found", e.quote(name.Name)), "is the host spelled right, and does this machine's name server know it?"
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(text, "connection refused"), strings.Contains(text, "actively refused"):
		return fmt.Sprintf("%s refuses the connection", host), "start the server, or correct the port; a server in a container has to listen on 0.0.0.0 and publish its port"
	case strings.Contains(text, "server gave HTTP response to HTTPS client"), errors.As(err, &record):
		return fmt.Sprintf("%s does not speak TLS", host), "write http:// in the place of https://"
	case errors.As(err, &certificate), errors.As(err, &unknown), strings.Contains(text, "x509:"):
		return "the server's certificate is not trusted: " + e.quote(text), "add its authority to the system's store (SSL_CERT_FILE names a file of them), or use the host name that the certificate is for"
	case strings.Contains(text, "tls:"):
		return "TLS failed: " + e.quote(text), "is this a port for https?"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no answer from %s within %v", host, e.options.RequestTime), "is the server still loading its model, or a firewall in between? A server that is busy with a long queue looks the same"
	case strings.Contains(text, "proxyconnect"):
		return "the proxy cannot be reached: " + e.quote(text), "check the proxy variables, or name the host in NO_PROXY"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "connection reset"):
		return fmt.Sprintf("%s takes the connection and cuts it", host), "does this port speak HTTP? A proxy in front of a dead server does this too"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("there is no way to %s", host), "is the network or the VPN up?"
	}
	return "no connection: " + e.quote(text), "is the base URL right, for example http://127.0.0.1:8000/v1?"
}
