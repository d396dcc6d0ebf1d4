import MillraceEngine

/// What a replay was asked to do, apart from its range.
package struct ReplayRequest: Sendable, Hashable {
    package var topic: String
    /// Only these partitions; nil: all.
    package var partitions: [Int32]?
    /// Type patterns, of which an event meets one; empty: every type.
    package var types: [TypePattern]
    /// Keys, of which a record has one; empty: every record.
    package var keys: [[UInt8]]
    /// The processors that get the events: routes of the configuration.
    package var processors: [String]
    /// Processors that are called although they reach outside.
    package var allowedSideEffects: [String]

    package init(
        topic: String, partitions: [Int32]? = nil, types: [TypePattern] = [], keys: [[UInt8]] = [],
        processors: [String], allowedSideEffects: [String] = []
    ) {
        self.topic = topic
        self.partitions = partitions
        self.types = types
        self.keys = keys
        self.processors = processors
        self.allowedSideEffects = allowedSideEffects
    }

    /// What a job keeps of it: one word of visible ASCII. Two requests with the same text hand over the same events to the
    /// same processors. Keys may be personal, so that only their digest stands there.
    package var text: String {
        var parts = ["processors=" + Set(processors).sorted().joined(separator: ",")]
        if !types.isEmpty { parts.append("types=" + Set(types.map(\.text)).sorted().joined(separator: ",")) }
        if !keys.isEmpty {
            let all = Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
                .flatMap { key in Array("\(key.count):".utf8) + key }
            let digest = all.withUnsafeBytes { Digest.sha256Hexadecimal($0) }
            parts.append("keys=\(Set(keys).count):\(digest.prefix(16))")
        }
        let text = parts.joined(separator: ";").utf8.map { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%")
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        guard text.utf8.count > ReplayMark.maximumRequestBytes else { return text }
        return "sha256=" + Array(text.utf8).withUnsafeBytes { Digest.sha256Hexadecimal($0) }
    }
}

/// Why a replay cannot be done as it was asked for.
package struct ReplayFault: Error, Sendable, CustomStringConvertible {
    /// What was found, what is allowed, and what to do next.
    package let description: String

    init(_ description: String) { self.description = description }
}
