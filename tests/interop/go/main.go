// SPDX-License-Identifier: Apache-2.0

// Checks the receipts of a folder with golang.org/x/mod: the checkpoint's signature with sumdb/note, the leaf's inclusion and
// the consistency of two trees with sumdb/tlog. NAME.json is an attestation, NAME.receipt its receipt, NAME.vkey the key of its
// log; NAME.consistency, where it is there, is the server's proof from the tree of one receipt (FROM) to that of another (TO).
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var passed, failed int

func check(words string, holds bool, seen ...interface{}) {
	if holds {
		passed++
		return
	}
	failed++
	fmt.Println("FAILED:", words, seen)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return value
}

type receipt struct {
	salt       []byte
	index      int64
	proof      tlog.RecordProof
	checkpoint string
}

func hashOf(text string) (hash tlog.Hash) {
	copy(hash[:], must(base64.StdEncoding.DecodeString(text)))
	return hash
}

func readReceipt(path string) (r receipt) {
	head, checkpoint, _ := strings.Cut(string(must(os.ReadFile(path))), "\n\n")
	r.checkpoint = checkpoint
	for _, line := range strings.Split(head, "\n")[1:] {
		switch word, rest, _ := strings.Cut(line, " "); word {
		case "extra":
			r.salt = must(base64.StdEncoding.DecodeString(rest))
		case "index":
			r.index = must(strconv.ParseInt(rest, 10, 64))
		default:
			r.proof = append(r.proof, hashOf(line))
		}
	}
	return r
}

// The tree of a checkpoint, which the key of the file has signed.
func open(r receipt, vkey string) (int64, tlog.Hash) {
	verifier := must(note.NewVerifier(vkey))
	opened := must(note.Open([]byte(r.checkpoint), note.VerifierList(verifier)))
	lines := strings.Split(opened.Text, "\n")
	check("the origin is the key's name", lines[0] == verifier.Name(), lines[0])
	forged := strings.Replace(r.checkpoint, "\n"+lines[1]+"\n", "\n"+lines[1]+"0\n", 1)
	_, err := note.Open([]byte(forged), note.VerifierList(verifier))
	check("another size is not signed", err != nil)
	return must(strconv.ParseInt(lines[1], 10, 64)), hashOf(lines[2])
}

func text(path string) string {
	return strings.TrimSpace(string(must(os.ReadFile(path))))
}

func checkReceipt(base string) {
	r := readReceipt(base + ".receipt")
	attestation := []byte(text(base + ".json"))
	var said struct{ ValidFrom string }
	check(base+": JSON", json.Unmarshal(attestation, &said) == nil)
	digest := sha256.Sum256(append(append([]byte{}, r.salt...), attestation...))
	leaf := tlog.RecordHash([]byte(fmt.Sprintf(`{"issuedAt":"%s","sha256":"%x","type":"attestation"}`, said.ValidFrom, digest)))
	size, root := open(r, text(base+".vkey"))
	check(base+": it stands in the tree", tlog.CheckRecord(r.proof, size, root, r.index, leaf) == nil, r.index, size)
	check(base+": not at another place", size == 1 || tlog.CheckRecord(r.proof, size, root, (r.index+1)%size, leaf) != nil)
	leaf[0] ^= 1
	check(base+": not another leaf", tlog.CheckRecord(r.proof, size, root, r.index, leaf) != nil)
}

func checkConsistency(base string) {
	var proof struct {
		From, To, VKey string
		Hashes         []string
	}
	check(base+": JSON", json.Unmarshal([]byte(text(base+".consistency")), &proof) == nil)
	var tree tlog.TreeProof
	for _, hash := range proof.Hashes {
		tree = append(tree, hashOf(hash))
	}
	from, fromRoot := open(readReceipt(proof.From), text(proof.VKey))
	to, toRoot := open(readReceipt(proof.To), text(proof.VKey))
	check(base+": the trees differ", from < to, from, to)
	check(base+": the first is a beginning of the second", tlog.CheckTree(tree, to, toRoot, from, fromRoot) == nil)
	fromRoot[0] ^= 1
	check(base+": another is not", tlog.CheckTree(tree, to, toRoot, from, fromRoot) != nil)
}

func main() {
	for _, path := range must(filepath.Glob(filepath.Join(os.Args[1], "*.receipt"))) {
		checkReceipt(strings.TrimSuffix(path, ".receipt"))
	}
	for _, path := range must(filepath.Glob(filepath.Join(os.Args[1], "*.consistency"))) {
		checkConsistency(strings.TrimSuffix(path, ".consistency"))
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}
