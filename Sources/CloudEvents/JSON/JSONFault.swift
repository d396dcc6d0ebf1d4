/// What is wrong with a JSON document, and where.
package struct JSONFault: Error, Sendable, Equatable {
    /// The classes of faults that callers tell apart.
    package enum Kind: Sendable, Equatable {
        /// Against the grammar of RFC 8259.
        case syntax
        /// More containers within each other than the limit allows.
        case tooDeep
        /// Bytes that are not UTF-8 (RFC 3629), inside or outside a string.
        case invalidUTF8
        /// The document is written in UTF-16 or UTF-32.
        case otherEncoding
    }

    package let kind: Kind
    /// Zero-based offset of the first byte at fault.
    package let offset: Int
    /// What was found and what would have been right, without the document's own text.
    package let detail: String
}
