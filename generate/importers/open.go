package importers

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"iter"

	"github.com/klauspost/compress/zstd"
)

// longestWindow bounds the memory that a compressed file may ask for.
const longestWindow = 128 << 20

// decompress reads gzip and Zstandard files by their first bytes, and every other
// file as it is. Close releases what the decompression took, not the source.
func decompress(source io.Reader) (io.ReadCloser, error) {
	reader := bufio.NewReaderSize(source, peeked)
	head, err := reader.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b:
		plain, err := gzip.NewReader(reader)
		if err != nil {
			return nil, fmt.Errorf("reading gzip: %w", err)
		}
		return plain, nil
	case string(head) == "\x28\xb5\x2f\xfd":
		plain, err := zstd.NewReader(reader, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(longestWindow))
		if err != nil {
			return nil, fmt.Errorf("reading Zstandard: %w", err)
		}
		return plain.IOReadCloser(), nil
	}
	return io.NopCloser(reader), nil
}

// Open reads the elements of a file, whatever it is packed in. All that is read of
// the source is written to copy as well, for its hash. closing releases what the
// unpacking took. A Parquet file is read only from a source that is an io.ReaderAt.
func Open(source io.Reader, copy io.Writer, name string) (elements iter.Seq2[Element, error], closing func(), err error) {
	if file, is := source.(io.ReaderAt); is {
		mark := make([]byte, len(parquetMark))
		if n, _ := file.ReadAt(mark, 0); string(mark[:n]) == parquetMark {
			_, err := io.Copy(copy, source)
			return rows(file, name), func() {}, err
		}
	}
	plain, err := decompress(io.TeeReader(source, copy))
	if err != nil {
		return nil, nil, err
	}
	return Elements(plain, name), func() { plain.Close() }, nil
}
