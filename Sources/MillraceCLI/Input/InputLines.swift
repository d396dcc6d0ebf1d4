import Millrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lines of the files that a command was given, one file after the other; of stdin where it was given none or `-`.
struct InputLines: ~Copyable {
    /// Where lines come from: a file's name, or `stdin`.
    private(set) var file = ""
    /// The number of the line last read, from 1, in its file.
    private(set) var number = 0
    private let input: Int32
    private let names: [String]
    private var fileCount = 0
    private var reader: LineReader?
    private var openDescriptor: Int32?
    private let maximumBytes: Int

    init(_ invocation: Invocation, maximumBytes: Int = 128 << 20) {
        self.init(files: invocation.arguments, input: invocation.inputDescriptor, maximumBytes: maximumBytes)
    }

    init(files: [String], input: Int32, maximumBytes: Int = 128 << 20) {
        names = files.isEmpty ? ["-"] : files
        self.input = input
        self.maximumBytes = maximumBytes
    }

    deinit {
        if let openDescriptor { close(openDescriptor) }
    }

    /// Where the line last read stands, for messages.
    var place: String { "\(file):\(number)" }

    /// The same as one number, for a report that comes later.
    var token: UInt64 { UInt64(fileCount) << 40 | UInt64(number) }

    /// Where a line stands that gave the token.
    func place(of token: UInt64) -> String {
        let index = Int(token >> 40) - 1
        let name = names.indices.contains(index) ? names[index] : ""
        return "\(name == "-" ? "stdin" : name):\(token & 0xFF_FFFF_FFFF)"
    }

    /// Reads the next line into `line`, whose storage is used again.
    mutating func next(into line: inout [UInt8]) throws(CommandError) -> LineReader.Outcome {
        while true {
            guard var reader = reader.take() else {
                guard try openNext() else { return .end }
                continue
            }
            let outcome: LineReader.Outcome
            do { outcome = try reader.next(into: &line) } catch {
                throw CommandError(.inputOutput, "cannot read \(file): \(error)")
            }
            if outcome == .end {
                closeCurrent()
                continue
            }
            number = reader.number
            self.reader = reader
            return outcome
        }
    }

    /// Whether all of them are files, not stdin, pipes or terminals: those give what they have once.
    static func canBeReadTwice(_ files: [String]) -> Bool {
        !files.isEmpty
            && files.allSatisfy { name in
                var status = stat()
                // What cannot be looked at is said when it is opened.
                return name != "-" && (stat(name, &status) != 0 || status.st_mode & S_IFMT == S_IFREG)
            }
    }

    private mutating func openNext() throws(CommandError) -> Bool {
        guard fileCount < names.count else { return false }
        let name = names[fileCount]
        fileCount += 1
        if name == "-" {
            file = "stdin"
            reader = LineReader(descriptor: input, maximumBytes: maximumBytes)
        } else {
            let descriptor = open(name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw CommandError(.inputOutput, "cannot open \(name): \(String(cString: strerror(errno)))")
            }
            file = name
            openDescriptor = descriptor
            reader = LineReader(descriptor: descriptor, maximumBytes: maximumBytes)
        }
        number = 0
        return true
    }

    private mutating func closeCurrent() {
        if let openDescriptor { close(openDescriptor) }
        openDescriptor = nil
    }
}
