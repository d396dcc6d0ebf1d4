import Synchronization

/// How far a command is, on stderr: one line that is painted again on a terminal, nothing elsewhere unless asked for.
final class ProgressLine: Sendable {
    private struct State {
        var lastPaint: ContinuousClock.Instant?
        var width = 0
    }

    private let messages: TextOutput
    private let isShown: Bool
    private let interval: Duration
    private let state = Mutex(State())

    /// - Parameter isForced: shows it without a terminal too, as plain lines, at most one a second.
    init(_ messages: TextOutput, isForced: Bool = false) {
        self.messages = messages
        isShown = messages.isTerminal || isForced
        interval = messages.isTerminal ? .milliseconds(100) : .seconds(1)
    }

    /// Shows the text, unless it was shown a moment ago. The text is only made when it is shown.
    func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastPaint, now - last < interval { return }
            state.lastPaint = now
            paint(text(), &state)
        }
    }

    /// Shows the text whatever was shown before, and leaves it there.
    func finish(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        state.withLock { state in
            paint(text(), &state)
            if messages.isTerminal { try? messages.write("\n") }
            state = State()
        }
    }

    /// Takes the line away, so that something else can be said.
    func clear() {
        guard isShown, messages.isTerminal else { return }
        state.withLock { state in
            if state.width > 0 { try? messages.write("\r" + String(repeating: " ", count: state.width) + "\r") }
            state = State()
        }
    }

    private func paint(_ text: String, _ state: inout State) {
        guard messages.isTerminal else {
            try? messages.writeLine(text)
            return
        }
        let width = TextTable.width(text)
        let rest = String(repeating: " ", count: max(0, state.width - width))
        try? messages.write("\r\(text)\(rest)")
        state.width = width
    }
}
