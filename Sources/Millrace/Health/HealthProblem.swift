/// Why a worker is not live or not ready.
package struct HealthProblem: Sendable, Hashable {
    /// The kinds of problems, as `/livez` and `/readyz` spell them.
    package enum Code: String, Sendable, Hashable {
        /// Not a member of its group yet: connecting, looking topics up, joining.
        case notJoined
        /// Stopping: finishing what is in flight.
        case draining
        /// Stopped.
        case stopped
        /// A dead-letter topic refuses or does not answer.
        case deadLettersRefused
        /// A processor says that it cannot work.
        case processorUnavailable
        /// Nearly all attempts of a route failed: its partitions wait, and probes are made.
        case circuitOpen
        /// Too many of a partition's records became dead letters: it waits for an operator.
        case deadLetterGuard
        /// A handler has not returned for longer than allowed.
        case handlerStuck
        /// A lane or the control thread has not gone through its loop for longer than allowed.
        case threadStalled
    }

    package var code: Code
    /// The cause, in words.
    package var cause: String
    /// How long it has lasted, in seconds.
    package var seconds: Double
    package var processor: String?
    package var topic: String?
    package var partition: Int32?
    package var offset: Int64?
    /// `control` or `lane 0`.
    package var thread: String?

    init(_ code: Code, _ cause: String, since: UInt64, now: UInt64) {
        self.code = code
        self.cause = cause
        seconds = Double(now > since ? now - since : 0) / 1e9
    }

    /// One line for people.
    package var text: String {
        var words = [code.rawValue + ":", cause]
        if let processor { words.append("processor=\(processor)") }
        if let topic { words.append("topic=\(topic)") }
        if let partition { words.append("partition=\(partition)") }
        if let offset { words.append("offset=\(offset)") }
        if let thread { words.append("thread=\"\(thread)\"") }
        words.append("for \((seconds * 10).rounded() / 10) s")
        return words.joined(separator: " ")
    }
}
