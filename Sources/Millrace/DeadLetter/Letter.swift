/// What a letter's headers are: the record's own, then Millrace's.
package struct Letter: Sendable {
    /// Which of the record's own headers are written, by their numbers, in their order.
    package var kept: [Int]
    /// Millrace's, to be written after them.
    package var own: [RecordHeader]

    /// The letter of a record with so many headers of its own.
    package init(_ text: LetterText, origin: LetterOrigin, headerCount: Int) {
        kept = Array(0..<headerCount)
        own = Self.headers(text, origin: origin)
    }

    /// The letter of a record from a dead-letter or redrive topic that the configuration names.
    ///
    /// What an earlier letter said of origin, group and first failure stays, and attempts add up. From any other topic
    /// such headers are plain ones, since anybody could have written them.
    package init(_ text: LetterText, origin: LetterOrigin, again headers: [RecordHeader]) {
        var origin = origin
        var text = text
        if let start = headers.lastIndex(where: { $0.name == LetterHeader.version.rawValue }) {
            // Headers after an earlier letter's that are not Millrace's were added since: they are the record's own.
            kept = headers.indices.filter { $0 < start || !headers[$0].name.hasPrefix(LetterHeader.prefix) }
            EarlierLetter(headers[start...]).apply(to: &origin, &text)
        } else {
            kept = Array(headers.indices)
        }
        own = Self.headers(text, origin: origin)
    }

    /// The origin that an earlier letter names.
    package static func origin(of headers: [RecordHeader], otherwise origin: LetterOrigin) -> LetterOrigin {
        guard let start = headers.lastIndex(where: { $0.name == LetterHeader.version.rawValue }) else { return origin }
        var named = origin
        var unused = LetterText(reason: "", detail: "", firstFailedAt: 0, failedAt: 0)
        EarlierLetter(headers[start...]).apply(to: &named, &unused)
        return named
    }

    private static func headers(_ text: LetterText, origin: LetterOrigin) -> [RecordHeader] {
        var fields: [(LetterHeader, String)] = [
            (.version, LetterHeader.currentVersion),
            (.reason, text.reason),
            (.detail, text.detail),
        ]
        if let processor = text.processor { fields.append((.processor, processor)) }
        if let type = text.type { fields.append((.type, type)) }
        fields += [
            (.attempts, String(text.attempts)),
            (.firstFailedAt, InstantText.rfc3339(milliseconds: text.firstFailedAt)),
            (.failedAt, InstantText.rfc3339(milliseconds: text.failedAt)),
            (.originTopic, origin.topic),
            (.originPartition, String(origin.partition)),
            (.originOffset, String(origin.offset)),
            (.originTimestamp, String(origin.timestamp.milliseconds)),
            (.originTimestampType, origin.timestamp.kind.rawValue),
            (.group, origin.group),
        ]
        let cut = fit(&fields)
        if !cut.isEmpty { fields.append((.cut, cut.joined(separator: ","))) }
        return fields.map { RecordHeader($0.rawValue, $1) }
    }

    /// Cuts values, at a character, until everything fits; returns the names of what was cut.
    private static func fit(_ fields: inout [(LetterHeader, String)]) -> [String] {
        func total() -> Int { fields.reduce(0) { $0 + $1.0.rawValue.utf8.count + $1.1.utf8.count } }
        guard total() > LetterHeader.maximumBytes else { return [] }
        // Room for `millrace-cut` with every name that may be in it.
        let reserve = LetterHeader.cutOrder.reduce(LetterHeader.cut.rawValue.utf8.count) {
            $0 + $1.rawValue.utf8.count + 1
        }
        var cut: [String] = []
        for header in LetterHeader.cutOrder {
            let excess = total() + reserve - LetterHeader.maximumBytes
            if excess <= 0 { break }
            guard let index = fields.firstIndex(where: { $0.0 == header }) else { continue }
            fields[index].1 = prefix(of: fields[index].1, bytes: max(0, fields[index].1.utf8.count - excess))
            cut.append(header.rawValue)
        }
        return cut
    }

    /// The longest prefix of whole characters that has at most so many bytes.
    private static func prefix(of text: String, bytes: Int) -> String {
        var end = text.startIndex
        var used = 0
        while end < text.endIndex {
            let size = text[end].utf8.count
            if used + size > bytes { break }
            used += size
            end = text.index(after: end)
        }
        return String(text[..<end])
    }
}

/// What an earlier letter's headers say.
private struct EarlierLetter {
    private let headers: ArraySlice<RecordHeader>

    init(_ headers: ArraySlice<RecordHeader>) { self.headers = headers }

    private subscript(header: LetterHeader) -> String? {
        headers.first { $0.name == header.rawValue }?.text
    }

    func apply(to origin: inout LetterOrigin, _ text: inout LetterText) {
        if let topic = self[.originTopic] { origin.topic = topic }
        if let partition = self[.originPartition].flatMap({ Int32($0) }) { origin.partition = partition }
        if let offset = self[.originOffset].flatMap({ Int64($0) }) { origin.offset = offset }
        if let milliseconds = self[.originTimestamp].flatMap({ Int64($0) }) {
            origin.timestamp.milliseconds = milliseconds
        }
        if let kind = self[.originTimestampType].flatMap(RecordTimestamp.Kind.init) { origin.timestamp.kind = kind }
        if let group = self[.group] { origin.group = group }
        if let attempts = self[.attempts].flatMap({ Int($0) }), attempts >= 0 {
            text.attempts = attempts.addingReportingOverflow(text.attempts).overflow ? .max : attempts + text.attempts
        }
        if let first = self[.firstFailedAt].flatMap(InstantText.milliseconds) { text.firstFailedAt = first }
    }
}
