#!/usr/bin/env python3
"""Each parameter that uproar accepts at the entry of real programs' functions, beside what gdb says: entry_values.py at large.

A dozen programs that nobody wrote for it, in C, C++, Fortran, Ada, Rust and Go, are built with -O0, -Og, -O1 and -O2 by each
compiler that is there, and do a little of their work under gdb. Hours, not minutes: run by hand, never by the suite.

  real_entry_values.py SOURCES [--only REGEX] [--functions N] [--hits N]

SOURCES is a folder with the programs' sources, one folder each. What is not there is fetched: Debian's by `apt-get source` (its
list needs deb-src lines), Rust's crates by `apt-get download`, one by git. What cannot be had or built is told and left out. Builds stay in SOURCES/built.
$UPROAR names the program. doc/values.md has the figures of the last run.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import entry_values

# Where gdb shows something else than what was passed, and the machine's code says so: (program, compiler, function, parameter).
SETTLED = {
    ("blas", "gfortran", "main", "argv"): "the compiler's main has a pointer to one character, which uproar follows and gdb does not",
    ("mawk", "clang", "hash2", "len"): "LLVM says of the entry what is true behind `len--`, which it moved to the front",
}

LEVELS = ["-O0", "-Og", "-O1", "-O2"]
JOBS = "2"


def shell(command, folder, **variables):
    """None, or why it did not work."""
    done = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=3600, stdin=subprocess.DEVNULL, env={**os.environ, **variables})
    lines = done.stdout.strip().splitlines() or ["failed"]
    return None if done.returncode == 0 else next((line for line in lines if "error" in line.lower()), lines[-1])[:160]


class Program:
    """One program: where its source is from, how it is prepared once and built once per level, and what it is made to do.

    In `build`, `prepare` and `arguments` {cc}, {flags}, {out} and {source} are filled in; {objects} compiles what `sources` match.
    """

    def __init__(self, name, compilers, build, arguments, get, prepare="", match="."):
        self.name, self.compilers, self.build_command, self.arguments = name, compilers, build, arguments
        self.get, self.prepare, self.match = get, prepare, match

    def source(self, sources):
        """The folder of its source, made if need be; None, and why."""
        folder = os.path.join(sources, self.name)
        if not os.path.isdir(folder):
            kind, what = self.get.split(":", 1)
            os.makedirs(os.path.join(sources, "fetched", self.name), exist_ok=True)
            at = os.path.join(sources, "fetched", self.name)
            command = {
                "debian": f"apt-get source -qq --download-only {what} && dpkg-source --no-check -x {what}_*.dsc {folder}",
                "crates": f"apt-get download -qq {what} && for each in *.deb; do dpkg-deb -x $each {folder}; done",
                "git": f"git clone -q --depth 1 {what} {folder}",
                "here": f"mkdir {folder} && cp {what} {folder}",
            }[kind]
            why = shell(command, at)
            if why:
                return None, why
        if self.prepare and not os.path.exists(os.path.join(folder, ".prepared")):
            why = shell(self.prepare.replace("{source}", folder) + " && touch .prepared", folder)
            if why:
                return None, why
        return folder, None

    def build(self, sources, source, compiler, level):
        """The program; None, and why."""
        out = os.path.join(sources, "built", f"{self.name}_{compiler}{level}")
        if os.path.exists(out):
            return out, None
        os.makedirs(os.path.dirname(out), exist_ok=True)
        # Rust and Go have no -Og; Go's compiler knows two levels.
        if compiler == "go" and level not in ("-O0", "-O2") or compiler == "rustc" and level == "-Og":
            return None, "no such level"
        path = entry_values.compiler_of(compiler)
        if not path:
            return None, f"no {compiler}"
        command = self.build_command.format(cc=path, flags=f"-g {level} -w", level=level[2:], out=out, source=source,
                                            go="-N -l" if level == "-O0" else "")
        why = shell(command, source, CGO_ENABLED="0", GOFLAGS="-mod=mod")
        if not why and not os.path.exists(out):
            why = "it made no program"
        return (None, why) if why else (out, None)


def cxx(patterns, leave, options=""):
    """A build of all files that match but those left out, one by one."""
    return (f"rm -rf {{out}}.o && mkdir {{out}}.o && ls {patterns} | grep -Ev '{leave}'"
            f" | xargs -P{JOBS} -I@ sh -c '{{cc}} {{flags}} {options} -c -o {{out}}.o/$(echo @ | tr / _).o @'"
            f" && {{cc}} {{flags}} -o {{out}} {{out}}.o/*.o -pthread -lm -ldl && rm -rf {{out}}.o")


C = ["gcc", "clang"]
CXX = ["g++", "clang++"]
HERE = os.path.dirname(os.path.abspath(__file__))
INPUT = os.path.join(HERE, "..", "..", "doc", "architecture.md")
LUA = ("local t = {} for i = 1, 50 do t[i] = string.format('%d:%s', i * 7 % 13, ('x'):rep(i)) end table.sort(t) "
       "local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a + i) end return a end) co(1) co(2.5) co(3) "
       "print(#table.concat(t, ','), pcall(error, {}), math.floor(2.7), string.find(t[3], '(%d+):'), os.time{year=2020, month=1, day=2}) "
       "print(load('return 1 + ...')(2), select('#', table.unpack(t)), tostring(print):sub(1, 8), utf8.char(228, 8364)) collectgarbage()")
SQL = ("create table t(a integer primary key, b text, c real); insert into t select value, printf('%x', value * 37), value / 3.0 from generate_series(1, 200); "
       "create index i on t(b, c); select count(*), sum(c), group_concat(b) from t where b like '%a%' group by a % 7 having count(*) > 1 order by 2 desc; "
       "with recursive r(x) as (select 1 union all select x + 1 from r where x < 20) select max(x), json_array(x, 'y') from r; "
       "update t set c = abs(c) + round(a, 1) where a in (select a from t limit 5); explain query plan select * from t x join t y using (b); "
       "create trigger g after delete on t begin insert into t(b) values (old.b); end; delete from t where a = 3; vacuum; pragma integrity_check; "
       "select strftime('%Y', '2020-02-03'), substr('abcdef', 2, 3), hex(zeroblob(3)), quote(1.5), upper('x'), row_number() over (order by a) from t limit 4;")
AWK = ("BEGIN { FS = \"[ ,]+\" } { n += NF; for (i = 1; i <= NF; i++) w[$i]++; gsub(/[aeiou]+/, \"<&>\"); s = s substr($0, 1, 3) } "
       "function f(a, b) { return a > b ? f(a - b, b) : a b } /^#/ { h++ } END { printf \"%d %5.2f %s %s\\n\", n, n / NR, toupper(s), f(17, 5); "
       "print length(w), h, index(s, \"x\"), match(s, /b+/), split(\"a:b:c\", p, \":\"), sprintf(\"%c%x\", 65, 255), substr(s, 2); delete w }")

CRATES = " ".join(f"librust-{name}-dev" for name in ("pulldown-cmark", "bitflags", "getopts", "memchr", "unicase", "unicode-width", "version-check"))

# Of Go, whose programs hold its whole run-time library: the packages that do the work.
GO = r"^(main|go/\w+|cmd/\S+|text/tabwriter|strconv|sort|bufio|bytes|fmt|debug/\w+)\."

PROGRAMS = [
    Program("lua", C, "{cc} {flags} -DLUA_USE_POSIX -o {out} $(ls src/*.c | grep -v luac.c) -lm", ["-e", LUA], "debian:lua5.4",
            prepare="echo '#define DEB_HOST_MULTIARCH \"none\"' > src/lua5.4-deb-multiarch.h"),
    Program("bzip2", C, "{cc} {flags} -o {out} blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c bzip2.c",
            ["-k", "-c", "-v", INPUT], "debian:bzip2"),
    Program("minigzip", C, "{cc} {flags} -DHAVE_UNISTD_H -I. -o {out} *.c test/minigzip.c", ["-c", INPUT], "debian:zlib"),
    Program("mawk", C, "{cc} {flags} -I. -DHAVE_CONFIG_H -o {out} $(echo parse scan memory main hash execute code da error init bi_vars cast print bi_funct kw jmp"
            " array field split re_cmpl regexp zmalloc fin files scancode matherr fcall version | sed 's/[a-z_0-9]*/&.c/g') -lm",
            [AWK, INPUT], "debian:mawk", prepare="./configure && make"),
    Program("sqlite", C, "{cc} {flags} -DSQLITE_ENABLE_FTS5 -I. -o {out} shell.c sqlite3.c -lm -ldl -lpthread", [":memory:", SQL], "debian:sqlite3",
            prepare="mkdir -p bld && cd bld && ../configure --disable-tcl && make sqlite3.c shell.c && cp sqlite3.c sqlite3.h shell.c .."),
    Program("ninja", CXX, cxx("src/*.cc src/*.c", "test|win32|bench|browse|[.]in[.]cc"), ["-C", "{source}/again", "-n", "-d", "explain"], "debian:ninja-build",
            prepare="mkdir -p again && printf 'rule r\\n command = echo $in > $out\\n depfile = $out.d\\nbuild a: r build.ninja\\nbuild b: r a | c || d\\nbuild c d: r build.ninja\\n"
            "default b\\n' > again/build.ninja && touch again/c"),
    Program("leveldb", CXX, cxx("db/*.cc table/*.cc util/*.cc benchmarks/db_bench.cc", "_test|windows|leveldbutil", "-I. -Iinclude -DLEVELDB_PLATFORM_POSIX=1 -std=c++11"),
            ["--num=200", "--benchmarks=fillseq,fillrandom,readrandom,readseq,deleterandom,compact,stats", "--db=/tmp/uproar-leveldb"], "debian:leveldb",
            prepare="sed 's/#cmakedefine01 \\([A-Z_0-9]*\\)/#define \\1 0/' port/port_config.h.in > port/port_config.h"),
    Program("blas", ["gfortran"], "{cc} {flags} -std=legacy -o {out} BLAS/TESTING/dblat1.f BLAS/SRC/*.f BLAS/SRC/*.f90", [], "debian:lapack"),
    Program("words", ["gnatmake"], "mkdir -p {out}.d && cd {out}.d && {cc} -q -f -j2 -g -O{level} -gnatws -gnat2012 $(ls -d {source}/src/*/ | sed s/^/-aI/) -o {out} makeinfl",
            ["{source}/INFLECTS.LAT"], "git:https://github.com/mk270/whitakers-words",
            prepare="sed s/@datadir@/./ src/latin_utils/latin_utils-config.adb.in > src/latin_utils/latin_utils-config.adb",
            match=r"^(makeinfl|latin_utils|support_utils)"),
    Program("markdown", ["rustc"], "cd usr/share/cargo/registry/pulldown-cmark-* && CARGO_HOME={out}.d CARGO_PROFILE_RELEASE_OPT_LEVEL={level} CARGO_PROFILE_RELEASE_DEBUG=2"
            " cargo build -j2 --release --offline --config 'source.crates-io.replace-with=\"here\"' --config 'source.here.directory=\"{source}/usr/share/cargo/registry\"'"
            " --target-dir {out}.d && mv {out}.d/release/pulldown-cmark {out} && rm -rf {out}.d", ["-T", "-F", "-S"], f"crates:{CRATES}",
            prepare="cd usr/share/cargo/registry/pulldown-cmark-* && awk '/^\\[/ { off = /dev-dep|dependencies.serde/ } !off'"
            " Cargo.toml > c && mv c Cargo.toml && cd {source}"),
    Program("gofmt", ["go"], "cd $(go env GOROOT)/src/cmd/gofmt && {cc} build -gcflags='all={go}' -o {out} .", ["-d", "-s", "{source}/gofmt.go"],
            "here:$(go env GOROOT)/src/cmd/gofmt/*.go", match=GO),
    Program("nm", ["go"], "cd $(go env GOROOT)/src/cmd/nm && {cc} build -gcflags='all={go}' -o {out} .", ["-n", "-size", "/bin/true"], "here:$(go env GOROOT)/src/cmd/nm/*.go", match=GO),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources")
    parser.add_argument("--only", default="", help="builds whose label matches this")
    parser.add_argument("--functions", type=int, default=500, help="how many functions of a program (500)")
    parser.add_argument("--hits", type=int, default=2, help="how often each is looked at (2)")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    uproar = entry_values.uproar_to_ask()
    if not uproar:
        return 77
    tally = entry_values.Tally(options.verbose)
    sources = os.path.abspath(options.sources)
    for program in PROGRAMS:
        for compiler in program.compilers:
            for level in LEVELS:
                label = f"{program.name} {compiler} {level}"
                if not re.search(options.only, label):
                    continue
                source, why = program.source(sources)
                built = None
                if source:
                    built, why = program.build(sources, source, compiler, level)
                if not built:
                    if why != "no such level":
                        print(f"left out: {label}: {why}", flush=True)
                    continue
                arguments = [each.replace("{source}", source) for each in program.arguments]
                with tempfile.TemporaryDirectory(prefix="uproar-entry-") as folder:
                    found, trouble = entry_values.compare(uproar, built, arguments, folder, program.match, options.hits, options.functions, ours=False)
                for each in found:
                    why = SETTLED.get((program.name, compiler, each["symbol"], each["name"]))
                    if why and each.get("gdb") != each.get("uproar"):
                        each["skipped"] = "settled: " + why
                tally.add(label, found, trouble)
    return tally.report(shown=200)


if __name__ == "__main__":
    sys.exit(main())
