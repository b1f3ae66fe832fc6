// Command oracle asks the code that Kubernetes runs what pullcred has to agree with.
//
// It reads the cases below its first argument and writes what the real code makes of them below its second, one JSON file
// a subject. scripts/generate-oracle.mjs runs it.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

func main() {
	// Kubelet logs every key that it can't parse; the fixtures say the same.
	klog.SetLogger(logr.Discard())
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(cases, fixtures string) error {
	subjects := []struct {
		file   string
		answer func(cases []byte) (any, error)
	}{
		{"reference.json", answerReferences},
		{"urls-match.json", answerURLsMatch},
		{"glob.json", answerGlobs},
		{"docker-config.json", answerDockerConfigs},
		{"keyring.json", answerKeyrings},
	}
	for _, subject := range subjects {
		questions, err := os.ReadFile(filepath.Join(cases, subject.file))
		if err != nil {
			return err
		}
		answers, err := subject.answer(questions)
		if err != nil {
			return fmt.Errorf("%s: %w", subject.file, err)
		}
		text, err := render(answers)
		if err != nil {
			return fmt.Errorf("%s: %w", subject.file, err)
		}
		if err := os.WriteFile(filepath.Join(fixtures, subject.file), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// render writes JSON without the escapes that are meant for HTML.
func render(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(value)
	return text.Bytes(), err
}
