package main

import (
	"encoding/json"

	"github.com/distribution/reference"
	_ "k8s.io/kubernetes/pkg/util/parsers" // registers SHA-256, SHA-384 and SHA-512, as in kubelet
)

type referenceAnswer struct {
	Text string `json:"text"`
	// Error is the library's message, or null.
	Error     *string          `json:"error"`
	Reference *referenceFields `json:"reference"`
}

type referenceFields struct {
	Registry   string  `json:"registry"`
	Repository string  `json:"repository"`
	Tag        *string `json:"tag"`
	Digest     *string `json:"digest"`
	// Name is what kubelet matches with the keys of a pull secret.
	Name string `json:"name"`
}

func answerReferences(cases []byte) (any, error) {
	var texts []string
	if err := json.Unmarshal(cases, &texts); err != nil {
		return nil, err
	}
	answers := []referenceAnswer{}
	for _, text := range texts {
		answers = append(answers, answerReference(text))
	}
	return answers, nil
}

func answerReference(text string) referenceAnswer {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		message := err.Error()
		return referenceAnswer{Text: text, Error: &message}
	}
	named = reference.TagNameOnly(named)
	fields := &referenceFields{
		Registry:   reference.Domain(named),
		Repository: reference.Path(named),
		Name:       named.Name(),
	}
	if tagged, ok := named.(reference.Tagged); ok {
		tag := tagged.Tag()
		fields.Tag = &tag
	}
	if digested, ok := named.(reference.Digested); ok {
		digest := digested.Digest().String()
		fields.Digest = &digest
	}
	return referenceAnswer{Text: text, Reference: fields}
}
