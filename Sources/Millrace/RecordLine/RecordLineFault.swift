/// Why a line that has the shape of a record line cannot be used as one.
package struct RecordLineFault: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The value and its base64 twin are both there.
        case bothTwins
        /// A member stands twice.
        case duplicateMember
        /// A member that no record line has.
        case unknownMember
        /// A member's value has the wrong JSON type.
        case wrongType
        /// An integer outside the member's range.
        case outOfRange
        /// Not padded base64 of the standard alphabet.
        case invalidBase64
        /// A string that stands for no UTF-8 bytes: it holds half of a surrogate pair.
        case invalidString
        /// More bytes than a line may have.
        case lineTooLong
    }

    package var code: Code
    /// The member, with its place inside `headers` where it is one: `headers[2]`. Nil: the whole line.
    package var member: String?
    /// Where in the line, in bytes from its start.
    package var offset: Int
    /// What was found, what is allowed, in words.
    package var detail: String

    package init(_ code: Code, member: String?, offset: Int, detail: String) {
        self.code = code
        self.member = member
        self.offset = offset
        self.detail = detail
    }

    /// A line that was not kept because of its length.
    package static func tooLong(bytes: Int) -> RecordLineFault {
        RecordLineFault(.lineTooLong, member: nil, offset: 0, detail: "found \(bytes) bytes; allowed: 134217728")
    }

    /// The code and what it is about: `wrongType:partition`.
    package var reason: String { member.map { "\(code.rawValue):\($0)" } ?? code.rawValue }
    package var description: String { "\(reason) at byte \(offset): \(detail)" }
}
