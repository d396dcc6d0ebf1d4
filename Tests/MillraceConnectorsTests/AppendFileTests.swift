import Foundation
import MillraceConnectors
import Synchronization
import Testing

@Suite struct AppendFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func piecesAreAppendedInOrder() throws {
        try folder.write("{\"topic\":1}\n", to: "a")
        var file = try open("a")
        try append(["{\"topic\":2}\n", "{\"topic\":3}\n"], to: &file)
        try append([], to: &file)
        try append(["{\"topic\":4}\n"], to: &file)
        #expect(try folder.text("a") == "{\"topic\":1}\n{\"topic\":2}\n{\"topic\":3}\n{\"topic\":4}\n")
    }

    @Test(arguments: [
        "{", "{\"topic\":", "{\"topic\":\"orders\",\"value\":\"x", "{\"topic\":\"orders\"}", "\0\0\0\0",
        "{\"top\0\0\0\0\0\0\0\0\0\0\0\0",
    ])
    func aTornLastLineIsCutOff(tail: String) throws {
        let whole = "{\"topic\":\"orders\"}\n"
        for start in ["", whole, whole + whole] {
            try folder.write(start + tail, to: "a")
            var file = try open("a")
            #expect(file.takeTornBytes() == tail.utf8.count)
            #expect(file.takeTornBytes() == 0)
            #expect(try folder.text("a") == start)
            // Another process may be killed while this one lives.
            try folder.write(start + tail, to: "a")
            try append([whole], to: &file)
            #expect(try folder.text("a") == start + whole)
        }
    }

    @Test func aLongTornLineIsCutOff() throws {
        let whole = "{\"topic\":1}\n"
        try folder.write(whole + "{\"topic\":\"" + String(repeating: "x", count: 300_000), to: "a")
        _ = try open("a")
        #expect(try folder.text("a") == whole)
    }

    @Test(arguments: ["notes of mine", "{\"id\":1}", "{\"topic\":1}\n[", " "])
    func whatAnotherProgramWroteIsLeftAlone(text: String) throws {
        try folder.write(text, to: "a")
        let fault = #expect(throws: AppendFault.self) { _ = try open("a") }
        #expect(fault?.code == .foreign)
        #expect(fault?.description.contains("'\(folder.file("a"))'") == true)
        #expect(try folder.text("a") == text)
    }

    @Test func aRotatedOrRemovedFileIsMadeAgain() throws {
        var file = try open("a")
        try append(["{\"topic\":1}\n"], to: &file)
        try FileManager.default.moveItem(atPath: folder.file("a"), toPath: folder.file("a.1"))
        try append(["{\"topic\":2}\n"], to: &file)
        try FileManager.default.removeItem(atPath: folder.file("a"))
        try append(["{\"topic\":3}\n"], to: &file)
        #expect(try folder.text("a.1") == "{\"topic\":1}\n")
        #expect(try folder.text("a") == "{\"topic\":3}\n")
    }

    @Test func aMissingFolderIsSaidAndWaitedFor() throws {
        #expect(throws: AppendFault.self) { _ = try open("missing/a") }
        let inner = folder.file("inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        var file = try open("inner/a")
        try FileManager.default.removeItem(atPath: inner)
        let fault = #expect(throws: AppendFault.self) { try append(["{\"topic\":1}\n"], to: &file) }
        #expect(fault?.description == "'\(inner)/a' cannot be opened: No such file or directory")
        #expect(fault?.systemError == ENOENT)
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        try append(["{\"topic\":2}\n"], to: &file)
        #expect(try folder.text("inner/a") == "{\"topic\":2}\n")
    }

    @Test func onlyRegularFilesAreTaken() throws {
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        for path in [folder.path, folder.file("pipe"), "/dev/null", "/dev/full"] {
            let fault = #expect(throws: AppendFault.self) {
                _ = try AppendFile(path: path, lineStart: "{\"topic\":")
            }
            #expect(fault?.code == .notRegular)
        }
    }

    /// A limit of file size stands for a full disk: the system writes what fits and refuses the rest.
    @Test func whatDoesNotFitLeavesNoPartBehind() throws {
        let limit = 1 << 31
        let name = folder.file("a")
        let descriptor = Foundation.open(name, O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        try #require(pwrite(descriptor, "\n", 1, off_t(limit - 31)) == 1)
        close(descriptor)
        var file = try open("a")
        let line = "{\"topic\":\"0123456789\"}\n"
        var fault: AppendFault?
        do {
            var old = rlimit()
            try #require(getrlimit(sizeLimit, &old) == 0)
            let handler = signal(SIGXFSZ, SIG_IGN)
            defer {
                setrlimit(sizeLimit, &old)
                signal(SIGXFSZ, handler)
            }
            var new = old
            new.rlim_cur = rlim_t(limit)
            try #require(setrlimit(sizeLimit, &new) == 0)
            fault = #expect(throws: AppendFault.self) { try append([line, line], to: &file) }
            #expect(try size("a") == limit - 30)
            try append([line], to: &file)
        }
        #expect(fault?.systemError == EFBIG)
        #expect(fault?.description == "'\(name)' cannot be written: File too large")
        #expect(try size("a") == limit - 30 + line.utf8.count)
        try append([line], to: &file)
        #expect(try size("a") == limit - 30 + 2 * line.utf8.count)
    }

    @Test func aLockThatIsHeldIsSaid() throws {
        var file = try AppendFile(path: folder.file("a"), lineStart: "{\"topic\":", lockPatience: .milliseconds(20))
        let other = Foundation.open(folder.file("a"), O_RDWR)
        defer { close(other) }
        try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
        let fault = #expect(throws: AppendFault.self) { try append(["{\"topic\":1}\n"], to: &file) }
        #expect(fault?.code == .locked)
        try #require(flock(other, LOCK_UN) == 0)
        try append(["{\"topic\":1}\n"], to: &file)
        #expect(try folder.text("a") == "{\"topic\":1}\n")
    }

    @Test func severalWritersShareAFile() async throws {
        let path = folder.file("a")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    var file = try AppendFile(path: path, lineStart: "{\"topic\":")
                    for number in 0..<20 {
                        var pieces = [
                            "{\"topic\":\"\(writer)\",\"n\":\(number)}\n",
                            "{\"topic\":\"\(writer)\",\"n\":\(number)}\n",
                        ]
                        try file.append { pieces.isEmpty ? nil : Array(pieces.removeFirst().utf8) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let lines = try folder.text("a").split(separator: "\n")
        #expect(lines.count == 120)
        // Both pieces of an append stand together.
        #expect(stride(from: 0, to: lines.count, by: 2).allSatisfy { lines[$0] == lines[$0 + 1] })
        #expect(Set(lines).count == 60)
    }

    private func open(_ name: String) throws -> AppendFile {
        try AppendFile(path: folder.file(name), lineStart: "{\"topic\":")
    }

    private func append(_ pieces: [String], to file: inout AppendFile) throws {
        var rest = pieces
        try file.append { rest.isEmpty ? nil : Array(rest.removeFirst().utf8) }
    }

    private func size(_ name: String) throws -> Int {
        var status = stat()
        try #require(stat(folder.file(name), &status) == 0)
        return Int(status.st_size)
    }
}

#if canImport(Glibc)
    private let sizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#else
    private let sizeLimit = RLIMIT_FSIZE
#endif
