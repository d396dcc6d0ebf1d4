import Millrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The demo's own folder among the temporary files, for its owner alone.
struct DemoFolder: Sendable {
    let path: String

    /// Makes a folder of a new name in `TMPDIR`, else in `/tmp`.
    init(environment: [String: String]) throws(CommandError) {
        let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/millrace-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError(
                .inputOutput, "no temporary folder can be made in \(parent): \(String(cString: strerror(errno)))",
                hint: "TMPDIR names another place")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Where the tasks are kept.
    var database: String { "\(path)/tasks.db" }

    /// The configuration for the commands that are shown.
    var configuration: String { "\(path)/millrace.yaml" }

    /// Removes it with the files in it.
    func remove() {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The name ends with a zero byte within the tuple.
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
