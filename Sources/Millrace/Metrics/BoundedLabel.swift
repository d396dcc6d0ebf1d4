/// Keeps a label whose values come from a topic to a bounded number of values: whoever can write to the topic must not be
/// able to fill the memory of this process, or of the one that scrapes it.
///
/// The first `capacity` values are kept, cut to 128 bytes at a character; every further one becomes `other`. Where values
/// have the form `code` or `code:subject`, codes are a closed list and are kept beside: they have a room of their own, and
/// a further subject becomes `code:other`.
package struct BoundedLabel: Sendable {
    private let capacity: Int
    private let hasCodes: Bool
    private var known: Set<String> = []
    private var codes: Set<String> = []
    private static let maximumCodes = 100
    private static let maximumBytes = 128

    /// `hasCodes`: whether values have the form `code` or `code:subject`.
    package init(capacity: Int, hasCodes: Bool = false) {
        self.capacity = capacity
        self.hasCodes = hasCodes
    }

    /// The value to use as a label.
    package mutating func admit(_ value: String) -> String {
        if known.contains(value) || codes.contains(value) { return value }
        let short = Self.cut(value)
        if known.contains(short) { return short }
        guard hasCodes else { return keep(short) ? short : "other" }
        let code = short.prefix { $0 != ":" }
        guard keep(code: String(code)) else { return "other" }
        if code.endIndex == short.endIndex || keep(short) { return short }
        return code + ":other"
    }

    private mutating func keep(_ value: String) -> Bool {
        guard known.count < capacity else { return false }
        known.insert(value)
        return true
    }

    private mutating func keep(code: String) -> Bool {
        guard codes.contains(code) || codes.count < Self.maximumCodes else { return false }
        codes.insert(code)
        return true
    }

    private static func cut(_ value: String) -> String {
        guard value.utf8.count > maximumBytes else { return value }
        var end = value.startIndex
        var bytes = 0
        for index in value.indices {
            let next = value.index(after: index)
            bytes += value[index..<next].utf8.count
            if bytes > maximumBytes { break }
            end = next
        }
        return String(value[..<end])
    }
}
