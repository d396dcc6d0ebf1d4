import CloudEvents

extension DeadLetter {
    mutating func readMillrace(_ headers: LetterFields) {
        func text(_ header: LetterHeader) -> String? { headers.text(header.rawValue) }
        version = text(.version)
        reason = text(.reason)
        detail = text(.detail)
        processor = text(.processor)
        type = text(.type)
        attempts = text(.attempts).flatMap { Int($0) }
        firstFailedAt = text(.firstFailedAt).flatMap(InstantText.milliseconds)
        failedAt = text(.failedAt).flatMap(InstantText.milliseconds)
        origin.topic = text(.originTopic)
        origin.partition = text(.originPartition).flatMap { Int32($0) }
        origin.offset = text(.originOffset).flatMap { Int64($0) }
        origin.timestamp = timestamp(
            text(.originTimestamp).flatMap { Int64($0) }, text(.originTimestampType))
        group = text(.group)
        cut = text(.cut)?.split(separator: ",").map(String.init) ?? []
        isPointer = isPointerDocument
    }

    mutating func readOther(_ headers: LetterFields, _ dialect: LetterDialect) {
        let names = dialect.names
        func text(_ field: LetterDialect.Field) -> String? {
            names[field].flatMap { headers.text($0, last: true) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func number(_ field: LetterDialect.Field) -> Int64? {
            names[field].flatMap { headers.bytes($0, last: dialect != .spring || field == .attempts) }
                .flatMap { Self.number($0, isBinary: dialect == .spring) }
        }
        origin.topic = names[.topic].flatMap { headers.text($0, last: dialect != .spring) }
        origin.partition = number(.partition).flatMap { Int32(exactly: $0) }
        origin.offset = number(.offset)
        origin.timestamp = timestamp(
            number(.timestamp), names[.timestampKind].flatMap { headers.text($0, last: false) })
        group = text(.group)
        processor = text(.processor)
        attempts = number(.attempts).flatMap { Int(exactly: $0) }
        // The outer exception is mostly the framework's own; what it was made of says more.
        reason = text(.cause) ?? text(.exception)
        detail = text(.detail)
    }

    private func timestamp(_ milliseconds: Int64?, _ kind: String?) -> RecordTimestamp? {
        milliseconds.map {
            RecordTimestamp(milliseconds: $0, kind: kind.flatMap(RecordTimestamp.Kind.init) ?? .created)
        }
    }

    /// A whole number as decimal digits, or as a big-endian integer of four or eight bytes.
    private static func number(_ bytes: [UInt8], isBinary: Bool) -> Int64? {
        guard isBinary else { return Int64(String(decoding: bytes, as: UTF8.self)) }
        switch bytes.count {
        case 4: return Int64(Int32(truncatingIfNeeded: bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }))
        case 8: return bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        default: return nil
        }
    }

    /// Whether the value is the document that stands for a record too large. A record of that media type that failed
    /// like any other names another place, or none.
    private var isPointerDocument: Bool {
        guard ownHeaders.count == 1,
            record.headers[ownHeaders[0]] == RecordLine.Header("content-type", PointerLetter.mediaType),
            let value = record.value
        else { return false }
        guard let named = try? Self.place(in: value) else { return false }
        return named.topic == origin.topic && named.partition == origin.partition && named.offset == origin.offset
    }

    /// The place that a pointer's document names.
    private static func place(in document: [UInt8]) throws -> Origin {
        try document.withUnsafeBytes { bytes in
            var cursor = try JSONCursor(checking: bytes)
            var named = Origin()
            try cursor.enterObject()
            while let name = cursor.nextMember() {
                if name == "topic" {
                    named.topic = try cursor.string().string
                } else if name == "partition" {
                    named.partition = try cursor.integer()
                } else if name == "offset" {
                    named.offset = try cursor.integer()
                } else {
                    cursor.skip()
                }
            }
            return named
        }
    }
}
