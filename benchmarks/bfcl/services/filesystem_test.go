package services

import (
	"testing"
)

const oneTree = `{"root": {"home": {"type": "directory", "contents": {
	"notes.txt": {"type": "file", "content": "one two\nthree\n\nfour five six"},
	"copy.txt": {"type": "file", "content": "one two\n3\n\nfour"},
	".hidden": {"type": "file", "content": ""},
	"sub": {"type": "directory", "contents": {
		"deep.txt": {"type": "file", "content": "b\na"},
		"inner": {"type": "directory", "contents": {}}
	}}
}}, "second": {"type": "directory", "contents": {}}}}`

func TestFileSystemLooks(t *testing.T) {
	converse(t, begin(t, "GorillaFileSystem", oneTree, false),
		"pwd()", `{"current_working_directory": "/home"}`,
		"ls()", `{"current_directory_content": ["notes.txt", "copy.txt", "sub"]}`,
		"ls(a=True)", `{"current_directory_content": ["notes.txt", "copy.txt", ".hidden", "sub"]}`,
		"ls(a='False')", `{"current_directory_content": ["notes.txt", "copy.txt", ".hidden", "sub"]}`,
		"cat(file_name='notes.txt')", `{"file_content": "one two\nthree\n\nfour five six"}`,
		"cat(file_name='sub')", `{"error": "cat: 'sub': Is a directory"}`,
		"cat(file_name='none')", `{"error": "cat: 'none': No such file or directory"}`,
		"cat(file_name='a/b')", `{"error": "cat: 'a/b': Invalid character"}`,
		"cat(file_name=5)", "!argument of type 'int' is not iterable",
		"cat(file_name=None)", "!argument of type 'NoneType' is not iterable",
		"cat(file_name=['x'])", "!unhashable type: 'list'",
		"cat(file_name=['|'])", `{"error": "cat: '['|']': Invalid character"}`,
		"cat(file_name=('x',))", `{"error": "cat: '('x',)': No such file or directory"}`,
		"wc(file_name='notes.txt')", `{"count": 4, "type": "lines"}`,
		"wc(file_name='notes.txt', mode='w')", `{"count": 6, "type": "words"}`,
		"wc(file_name='notes.txt', mode='c')", `{"count": 28, "type": "characters"}`,
		"wc(file_name='none', mode='x')", `{"error": "wc: invalid mode 'x'"}`,
		"wc(file_name='sub')", `{"error": "wc: sub: No such file or directory"}`,
		"sort(file_name='notes.txt')", `{"sorted_content": "\nfour five six\none two\nthree"}`,
		"sort(file_name='none')", `{"error": "sort: none: No such file or directory"}`,
		"grep(file_name='notes.txt', pattern='o')", `{"matching_lines": ["one two", "four five six"]}`,
		"grep(file_name='notes.txt', pattern='')", `{"matching_lines": ["one two", "three", "", "four five six"]}`,
		"grep(file_name='notes.txt', pattern=5)", "!'in <string>' requires string as left operand, not int",
		"grep(file_name='.hidden', pattern=5)", `{"matching_lines": []}`,
		"tail(file_name='notes.txt', lines=1)", `{"last_lines": "four five six"}`,
		"tail(file_name='notes.txt', lines=0)", `{"last_lines": "one two\nthree\n\nfour five six"}`,
		"tail(file_name='notes.txt', lines=-1)", `{"last_lines": "three\n\nfour five six"}`,
		"tail(file_name='notes.txt', lines=-9)", `{"last_lines": ""}`,
		"tail(file_name='notes.txt', lines=-9**99)", `{"last_lines": ""}`,
		"tail(file_name='notes.txt', lines=9**99)", `{"last_lines": "one two\nthree\n\nfour five six"}`,
		"tail(file_name='notes.txt', lines=True)", `{"last_lines": "four five six"}`,
		"tail(file_name='notes.txt', lines=99.5)", `{"last_lines": "one two\nthree\n\nfour five six"}`,
		"tail(file_name='notes.txt', lines=1.0)", "!slice indices must be integers or None or have an __index__ method",
		"tail(file_name='notes.txt', lines='1')", "!'>' not supported between instances of 'str' and 'int'",
		"tail(file_name='none', lines='1')", `{"error": "tail: none: No such file or directory"}`,
		"diff(file_name1='notes.txt', file_name2='copy.txt')", `{"diff_lines": "- three\n+ 3\n- four five six\n+ four"}`,
		"diff(file_name1='notes.txt', file_name2='notes.txt')", `{"diff_lines": ""}`,
		"diff(file_name1='none', file_name2=[])", `{"error": "diff: none or []: No such file or directory"}`,
		"diff(file_name1='sub', file_name2='notes.txt')", `{"error": "diff: sub or notes.txt: No such file or directory"}`,
		"du()", `{"disk_usage": "46 bytes"}`,
		"du(human_readable=True)", `{"disk_usage": "46.00 B"}`,
	)
}

func TestFileSystemPaths(t *testing.T) {
	s := begin(t, "GorillaFileSystem", oneTree, false)
	converse(t, s,
		"find()", `{"matches": ["./notes.txt", "./copy.txt", "./.hidden", "./sub", "./sub/deep.txt", "./sub/inner"]}`,
		"find(name='txt')", `{"matches": ["./notes.txt", "./copy.txt", "./sub/deep.txt"]}`,
		"find(path='/', name='deep')", `{"matches": ["/sub/deep.txt"]}`,
		"find(path='./', name='deep')", `{"matches": ["./sub/deep.txt"]}`,
		"find(path='sub/')", `{"matches": ["sub/deep.txt", "sub/inner"]}`,
		"find(path='/sub/inner')", `{"matches": []}`,
		"find(path='/home')", `{"error": "find: '/home': No such file or directory"}`,
		"find(path='')", `{"error": "find: '': No such file or directory"}`,
		"find(path='notes.txt')", `{"error": "find: 'notes.txt': No such file or directory"}`,
		"find(path='sub/..')", `{"error": "find: 'sub/..': No such file or directory"}`,
		"find(path=None)", "!'NoneType' object has no attribute 'rstrip'",
		"find(path=5)", "!'int' object has no attribute 'strip'",
		"find(name=5)", "!'in <string>' requires string as left operand, not int",
		"find(path='sub/inner', name=5)", `{"matches": []}`,
		"cd(folder='..')", `{"error": "Current directory is already the root. Cannot go back."}`,
		"cd(folder='sub/inner')", `{"error": "cd: sub/inner: Unsupported path. Only one folder level at a time is supported."}`,
		"cd(folder='notes.txt')", `{"error": "cd: 'notes.txt': No such file or directory"}`,
		"cd(folder=5)", "!'int' object has no attribute 'rstrip'",
		"cd(folder='sub//')", `{"current_working_directory": "sub"}`,
		"pwd()", `{"current_working_directory": "/home/sub"}`,
		"find(path='/sub/deep.txt')", `{"error": "find: '/sub/deep.txt': No such file or directory"}`,
		"cd(folder='.')", `{"current_working_directory": "sub"}`,
		"cd(folder='..')", `{}`,
		"cd(folder='sub')", `{"current_working_directory": "sub"}`,
		"cd(folder='')", `{"current_working_directory": "home"}`,
	)
	converse(t, begin(t, "GorillaFileSystem", "", false), "pwd()", `{"current_working_directory": "//"}`)
}

func TestFileSystemChanges(t *testing.T) {
	converse(t, begin(t, "GorillaFileSystem", oneTree, false),
		"mkdir(dir_name='new')", "None",
		"mkdir(dir_name='new')", `{"error": "mkdir: cannot create directory 'new': File exists"}`,
		"mkdir(dir_name='a?')", `{"error": "mkdir: cannot create directory 'a?': Invalid character"}`,
		"touch(file_name='')", "None",
		"touch(file_name='')", `{"error": "touch: cannot touch '': File exists"}`,
		"touch(file_name='a*')", `{"error": "touch: cannot touch 'a*': Invalid character"}`,
		"rm(file_name='')", `{"result": "'' removed"}`,
		"rm(file_name='')", `{"error": "rm: cannot remove '': No such file or directory"}`,
		"echo(content=5)", `{"terminal_output": 5}`,
		"echo(content=[1], file_name='')", `{"terminal_output": [1]}`,
		"echo(content='x', file_name=False)", "!argument of type 'bool' is not iterable",
		"echo(content='x', file_name='none')", `{"error": "echo: cannot write to 'none': No such file"}`,
		"echo(content='x', file_name='a:b')", `{"error": "echo: cannot write to 'a:b': Invalid character"}`,
		"echo(content='x', file_name='new')", "!'Directory' object has no attribute '_write'",
		"echo(content=5, file_name='copy.txt')", "None",
		"cat(file_name='copy.txt')", `{"file_content": 5}`,
		"wc(file_name='copy.txt')", "!'int' object has no attribute 'splitlines'",
		"wc(file_name='copy.txt', mode='w')", "!'int' object has no attribute 'split'",
		"wc(file_name='copy.txt', mode='c')", "!object of type 'int' has no len()",
		"du()", "!'int' object has no attribute 'encode'",
		"mv(source='none', destination='a/b')", `{"error": "mv: cannot move 'none': No such file or directory"}`,
		"mv(source='notes.txt', destination='a/b')", `{"error": "mv: path not allowed in destination. Provide only a file or directory name."}`,
		"mv(source='notes.txt', destination=None)", "!argument of type 'NoneType' is not iterable",
		"mv(source='notes.txt', destination='notes.txt')", `{"error": "mv: cannot move 'notes.txt' to 'notes.txt': Not a directory"}`,
		"mv(source='notes.txt', destination='sub')", `{"result": "'notes.txt' moved to 'sub/notes.txt'"}`,
		"touch(file_name='notes.txt')", "None",
		"mv(source='notes.txt', destination='sub')", `{"error": "mv: cannot move 'notes.txt' to 'sub/notes.txt': File exists"}`,
		"cp(source='notes.txt', destination='sub')", "!File 'notes.txt' already exists in directory 'sub'.",
		"mv(source='notes.txt', destination='b?.txt')", `{"result": "'notes.txt' moved to 'b?.txt'"}`,
		"cp(source='sub', destination='new')", `{"result": "'sub' copied to 'new/sub'"}`,
		"cp(source='sub', destination='new')", "!Directory 'sub' already exists in directory 'new'.",
		"cp(source='sub', destination='b?.txt')", `{"error": "cp: cannot copy 'sub' to 'b?.txt': Not a directory"}`,
		"cp(source='none', destination='x')", `{"error": "cp: cannot copy 'none': No such file or directory"}`,
		"ls(a=True)", `{"current_directory_content": ["copy.txt", ".hidden", "sub", "new", "b?.txt"]}`,
		"rmdir(dir_name='sub')", `{"error": "rmdir: cannot remove 'sub': Directory not empty"}`,
		"rmdir(dir_name='copy.txt')", `{"error": "rmdir: cannot remove 'copy.txt': Not a directory"}`,
		"rmdir(dir_name='none')", `{"error": "rmdir: cannot remove 'none': No such file or directory"}`,
		"rm(file_name='sub')", `{"result": "'sub' removed"}`,
		"mkdir(dir_name='sub')", "None",
		"rmdir(dir_name='sub')", `{"result": "'sub' removed"}`,
	)
}

// A copied directory shares what is below it; a renamed one is a new object whose
// subdirectories still have the old one as their parent.
func TestFileSystemSharing(t *testing.T) {
	converse(t, begin(t, "GorillaFileSystem", oneTree, false),
		"cp(source='sub', destination='twin')", `{"result": "'sub' copied to 'twin'"}`,
		"cd(folder='twin')", `{"current_working_directory": "twin"}`,
		"echo(content='shared', file_name='deep.txt')", "None",
		"touch(file_name='own')", "None",
		"cd(folder='inner')", `{"current_working_directory": "inner"}`,
		"pwd()", `{"current_working_directory": "/home/sub/inner"}`,
		"cd(folder='..')", `{}`,
		"ls()", `{"current_directory_content": ["deep.txt", "inner"]}`,
		"cat(file_name='deep.txt')", `{"file_content": "shared"}`,
		"cd(folder='/')", `{"current_working_directory": "home"}`,
		"mv(source='sub', destination='renamed')", `{"result": "'sub' moved to 'renamed'"}`,
		"cd(folder='renamed')", `{"current_working_directory": "renamed"}`,
		"pwd()", `{"current_working_directory": "/home/renamed"}`,
		"cd(folder='inner')", `{"current_working_directory": "inner"}`,
		"cd(folder='..')", `{}`,
		"pwd()", `{"current_working_directory": "/home/sub"}`,
		"touch(file_name='late')", "None",
		"find(path='/renamed')", `{"matches": ["/renamed/deep.txt", "/renamed/inner", "/renamed/late"]}`,
		"cd(folder='/')", `{"current_working_directory": "home"}`,
		"mv(source='twin', destination='twin')", `{"result": "'twin' moved to 'twin/twin'"}`,
		"ls()", `{"current_directory_content": ["notes.txt", "copy.txt", "renamed"]}`,
		"cp(source='renamed', destination='renamed')", `{"result": "'renamed' copied to 'renamed/renamed'"}`,
		"du()", "!maximum recursion depth exceeded",
		"find()", "!maximum recursion depth exceeded",
	)
}

// The entry "." is there once something was moved to it; what is fetched under its
// name is the current directory.
func TestFileSystemDot(t *testing.T) {
	converse(t, begin(t, "GorillaFileSystem", oneTree, false),
		"cat(file_name='.')", `{"error": "cat: '.': No such file or directory"}`,
		"mv(source='copy.txt', destination='.')", `{"result": "'copy.txt' moved to '.'"}`,
		"mv(source='notes.txt', destination='.')", `{"error": "mv: cannot move 'notes.txt' to './notes.txt': File exists"}`,
		"cp(source='notes.txt', destination='.')", "!File 'notes.txt' already exists in directory 'home'.",
		"cat(file_name='.')", `{"error": "cat: '.': Is a directory"}`,
		"wc(file_name='.')", `{"error": "wc: .: No such file or directory"}`,
		"echo(content='x', file_name='.')", "!'Directory' object has no attribute '_write'",
		"rmdir(dir_name='.')", `{"error": "rmdir: cannot remove '.': Directory not empty"}`,
		"cd(folder='.')", `{"current_working_directory": "home"}`,
		"rm(file_name='.')", `{"result": "'.' removed"}`,
		"mv(source='notes.txt', destination='..')", `{"result": "'notes.txt' moved to '..'"}`,
		"cat(file_name='..')", `{"file_content": "one two\nthree\n\nfour five six"}`,
		"cd(folder='..')", `{"error": "Current directory is already the root. Cannot go back."}`,
	)
}

// Long context: contents are extended, directories without subdirectories filled.
func TestFileSystemLongContext(t *testing.T) {
	s := begin(t, "GorillaFileSystem", oneTree, true)
	converse(t, s,
		"cat(file_name='copy.txt')", `{"file_content": "one two\n3\n\nfourmore"}`,
		"ls()", `{"current_directory_content": ["notes.txt", "copy.txt", "sub"]}`,
		"find(path='sub/inner')", `{"matches": ["sub/inner/image_1.jpg"]}`,
		"touch(file_name='late')", "None",
		"cat(file_name='late')", `{"file_content": ""}`,
	)
	converse(t, begin(t, "GorillaFileSystem", "", true), "ls()", `{"current_directory_content": []}`)
	converse(t, begin(t, "GorillaFileSystem", `{"root": {"a": {"type": "directory", "contents": {}}}}`, true),
		"ls()", `{"current_directory_content": ["image_1.jpg"]}`)
}

// Order, current directory and parents do not count in the state; content does.
func TestFileSystemDifferences(t *testing.T) {
	for _, test := range []struct {
		name          string
		model, answer []string
		same          bool
	}{
		{"order", []string{"touch(file_name='a')", "touch(file_name='b')"}, []string{"touch(file_name='b')", "touch(file_name='a')"}, true},
		{"current directory", []string{"cd(folder='sub')"}, nil, true},
		{"number kinds", []string{"echo(content=5, file_name='copy.txt')"}, []string{"echo(content=5.0, file_name='copy.txt')"}, true},
		{"text and number", []string{"echo(content=5, file_name='copy.txt')"}, []string{"echo(content='5', file_name='copy.txt')"}, false},
		{"file and directory", []string{"touch(file_name='a')"}, []string{"mkdir(dir_name='a')"}, false},
		{"names", []string{"touch(file_name='a')"}, []string{"touch(file_name='b')"}, false},
		{"more", []string{"touch(file_name='a')"}, nil, false},
		{"tuples as names", []string{"mkdir(dir_name=('a', 'b'))"}, []string{"mkdir(dir_name=('a', 'b'))"}, true},
		{"holding itself", []string{"cp(source='sub', destination='sub')"}, nil, false},
		{"renamed there and back", []string{"mv(source='sub', destination='x')", "mv(source='x', destination='sub')"}, nil, true},
	} {
		model, answer := begin(t, "GorillaFileSystem", oneTree, false), begin(t, "GorillaFileSystem", oneTree, false)
		for _, call := range test.model {
			model.Execute(call)
		}
		for _, call := range test.answer {
			answer.Execute(call)
		}
		if class, _ := Compare(model, answer); (class == "") != test.same {
			t.Errorf("%s: %q differs", test.name, class)
		}
	}
}
