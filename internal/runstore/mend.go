package runstore

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// damagedName is the file that keeps lines taken out of rows.jsonl because they
// were no rows.
const damagedName = "rows.damaged"

// openRows opens the journal for appending: scanned, mended and durable.
func openRows(fsys FS, dir string) (File, *index, []Warning, error) {
	path := filepath.Join(dir, rowsName)
	var warnings []Warning
	for {
		file, err := fsys.Append(path)
		if err != nil {
			return nil, nil, nil, err
		}
		x, err := scan(file)
		if err != nil {
			return nil, nil, nil, errors.Join(fmt.Errorf("reading %s: %w", path, err), file.Close())
		}
		warnings = append(warnings, x.warnings(path,
			"the last line was torn and has been cut", "not a row, moved to "+damagedName)...)
		if x.tornOnly() {
			if err := mendEnd(fsys, dir, file, x); err != nil {
				return nil, nil, nil, errors.Join(fmt.Errorf("mending %s: %w", path, err), file.Close())
			}
			return file, x, warnings, nil
		}
		err = errors.Join(moveDamages(fsys, dir, file, x), file.Close())
		if err != nil {
			return nil, nil, nil, fmt.Errorf("mending %s: %w", path, err)
		}
	}
}

// tornOnly tells whether nothing is damaged but, at most, an unfinished last line.
func (x *index) tornOnly() bool {
	return len(x.damages) == 0 || len(x.damages) == 1 && !x.damages[0].terminated
}

// mendEnd makes the file end with a whole line. It also syncs what an earlier
// process may have written and not synced: from here on it counts as decided.
func mendEnd(fsys FS, dir string, file File, x *index) error {
	if len(x.damages) > 0 {
		x.size = x.damages[0].start
		if err := file.Truncate(x.size); err != nil {
			return err
		}
	} else if x.unterminated {
		if _, err := file.Write([]byte{'\n'}); err != nil {
			return err
		}
		x.size++
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// moveDamages replaces the journal by one without the damaged lines, which are
// kept in a file of their own; a torn last line is not worth keeping.
func moveDamages(fsys FS, dir string, file File, x *index) (err error) {
	kept, err := fsys.Append(filepath.Join(dir, damagedName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	whole, err := CreateAtomic(fsys, filepath.Join(dir, rowsName))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, whole.Abort())
		}
	}()
	from := int64(0)
	for _, d := range x.damages {
		if err := copyRange(whole, file, from, d.start); err != nil {
			return err
		}
		if d.terminated {
			if err := copyRange(kept, file, d.start, d.end); err != nil {
				return err
			}
		}
		from = d.end
	}
	if err := copyRange(whole, file, from, x.size); err != nil {
		return err
	}
	if err := kept.Sync(); err != nil {
		return err
	}
	if err := fsys.SyncDir(dir); err != nil {
		return err
	}
	return whole.Commit()
}

func copyRange(to io.Writer, from io.ReaderAt, start, end int64) error {
	_, err := io.Copy(to, io.NewSectionReader(from, start, end-start))
	return err
}
