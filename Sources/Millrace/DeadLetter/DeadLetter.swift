/// A record of a dead-letter topic, and what its headers say: where it stood, why it was given up, and when.
package struct DeadLetter: Sendable {
    /// Where a record stood, as far as its letter says it.
    package struct Origin: Sendable, Hashable {
        package var topic: String?
        package var partition: Int32?
        package var offset: Int64?
        package var timestamp: RecordTimestamp?

        package init() {}
    }

    /// The record as it stands in the dead-letter topic, all headers included.
    package let record: RecordLine
    /// Which letter it is.
    package let id: LetterID
    /// Whose headers it has; nil: nobody's, the record only lies in the topic.
    package internal(set) var dialect: LetterDialect?
    /// The version of Millrace's header format.
    package internal(set) var version: String?
    /// The code; of other programs the exception's name.
    package internal(set) var reason: String?
    /// The cause in words.
    package internal(set) var detail: String?
    /// What failed on it.
    package internal(set) var processor: String?
    /// The event's type, where the headers name it.
    package internal(set) var type: String?
    /// Attempts that were started.
    package internal(set) var attempts: Int?
    /// Milliseconds since 1970.
    package internal(set) var firstFailedAt: Int64?
    /// Milliseconds since 1970.
    package internal(set) var failedAt: Int64?
    package internal(set) var origin = Origin()
    /// The consumer group that gave it up.
    package internal(set) var group: String?
    /// Names of headers that were cut to keep them small.
    package internal(set) var cut: [String] = []
    /// It stands for a record that was too large: its value is a JSON document that says which one, its own headers are
    /// left out.
    package internal(set) var isPointer = false
    /// The numbers of the headers that the record itself had.
    package internal(set) var ownHeaders: [Int]

    /// A letter by what its headers say.
    package init(_ record: RecordLine) {
        self.record = record
        id = LetterID(
            topic: record.topic ?? "", partition: record.partition ?? 0, offset: record.offset ?? 0)
        ownHeaders = Array(record.headers.indices)
        let names = record.headers.map { String(decoding: $0.name, as: UTF8.self) }
        // What a record brought along says nothing: only what stands from the last version on is believed.
        let start = names.lastIndex(of: LetterHeader.version.rawValue) ?? 0
        guard let dialect = Self.dialect(of: names[start...]) else { return }
        self.dialect = dialect
        ownHeaders = names.indices.filter { index in
            index < start || !dialect.prefixes.contains { names[index].hasPrefix($0) }
        }
        let headers = LetterFields(names: names, headers: record.headers, from: start)
        if dialect == .millrace { readMillrace(headers) } else { readOther(headers, dialect) }
    }

    /// The record as it was before it failed: its own headers, and its own place where that is known. Nil for a pointer,
    /// which does not hold it.
    package var original: RecordLine? {
        guard !isPointer else { return nil }
        var original = record
        original.headers = ownHeaders.map { record.headers[$0] }
        original.topic = origin.topic ?? record.topic
        original.partition = origin.partition ?? (origin.topic == nil ? record.partition : nil)
        original.offset = origin.offset ?? (origin.topic == nil ? record.offset : nil)
        if let timestamp = origin.timestamp, timestamp.kind != .none { original.timestamp = timestamp.milliseconds }
        return original
    }

    /// When it was given up, in milliseconds since 1970. Where the headers do not say it, the letter's own time.
    package var time: Int64? { failedAt ?? record.timestamp }

    /// Who wrote last: the dialect of the last header that belongs to one. A letter may have become a letter again.
    private static func dialect(of names: ArraySlice<String>) -> LetterDialect? {
        let present = LetterDialect.allCases.filter { names.contains($0.mark) }
        for name in names.reversed() {
            if let found = present.first(where: { $0.prefixes.contains(where: name.hasPrefix) }) { return found }
        }
        return nil
    }
}

/// A letter's headers by name, from where they are believed.
struct LetterFields {
    let names: [String]
    let headers: [RecordLine.Header]
    let from: Int

    /// The first value of a name, or the last.
    func bytes(_ name: String, last: Bool = false) -> [UInt8]? {
        let indices = from..<names.count
        let index = last ? indices.last { names[$0] == name } : indices.first { names[$0] == name }
        return index.flatMap { headers[$0].value }
    }

    func text(_ name: String, last: Bool = false) -> String? {
        bytes(name, last: last).map { String(decoding: $0, as: UTF8.self) }
    }
}
