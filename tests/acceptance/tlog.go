// Reads a timeline as a C2SP tlog-tiles log, with what verifies Go's own modules and nothing of
// ours: tlog TIMELINE-URL VERIFIER-KEY. It says how many leaves were verified.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func get(url string) []byte {
	answer, err := http.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		log.Fatal(url, ": ", answer.Status, err)
	}
	return body
}

// tiles reads tiles of height 8; C2SP leaves the height out of the path.
type tiles string

func (at tiles) Height() int { return 8 }

func (at tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (at tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		found = append(found, get(string(at)+strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return found, nil
}

func main() {
	at := os.Args[1] + "/log/"
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	opened, err := note.Open(get(at+"checkpoint"), note.VerifierList(verifier))
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != verifier.Name() {
		log.Fatal("no checkpoint of this timeline: ", opened.Text)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		log.Fatal(err)
	}
	// The reader holds every tile against the root before it gives a hash of it.
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles(at))
	for first := int64(0); first < size; first += 256 {
		path := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(min(size-first, 256))}.Path()
		bundle := get(at + strings.Replace(path, "tile/8/0/", "tile/entries/", 1))
		for index := first; index < min(first+256, size); index++ {
			end := 2 + binary.BigEndian.Uint16(bundle)
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil || hashes[0] != tlog.RecordHash(bundle[2:end]) {
				log.Fatal("leaf ", index, " is not in the tree: ", err)
			}
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			log.Fatal("an entry too many")
		}
	}
	proof, err := tlog.ProveTree(size, size/2, reader)
	if err != nil {
		log.Fatal(err)
	}
	half, err := tlog.TreeHash(size/2, reader)
	if err != nil {
		log.Fatal(err)
	}
	if err := tlog.CheckTree(proof, size, root, size/2, half); err != nil {
		log.Fatal(err)
	}
	fmt.Println(size)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
