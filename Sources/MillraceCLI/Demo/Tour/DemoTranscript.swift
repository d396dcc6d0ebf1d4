import Synchronization

/// Keeps what a command writes, to be shown as a terminal would have it in the end.
final class DemoTranscript: Sendable {
    private let gathered = Mutex<[UInt8]>([])

    /// Where the command writes to.
    func stream(isTerminal: Bool) -> TextOutput {
        TextOutput(isTerminal: isTerminal) { bytes throws(OutputError) in
            self.gathered.withLock { $0.append(contentsOf: bytes) }
        }
    }

    /// What stays: of a line that was painted again, the last state.
    var lines: [String] {
        let text = String(decoding: gathered.withLock { $0 }, as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.split(separator: "\r", omittingEmptySubsequences: false).last ?? "")
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
