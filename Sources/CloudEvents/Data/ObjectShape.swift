/// The members that an object is documented to have, each of a kind: what a straight-line decoder looks for. Made once,
/// read by any thread.
///
/// ``locate(in:root:places:)`` finds all of them in one pass over checked text, without a copy and without an allocation.
package final class ObjectShape: Sendable {
    /// What a member's value must be. `null` is allowed everywhere, and is the same as nothing.
    package enum Kind: Sendable {
        case string
        case boolean
        /// An array of strings.
        case strings
        /// An array of objects; of these nothing is kept but that all are of the shape.
        case objects(ObjectShape)
        /// Anything; what is neither a string nor `null` is noted.
        case anything
    }

    /// The members' names, by index.
    let names: KnownNames
    /// Members that must be strings, a bit each.
    let strings: UInt64
    /// By index.
    let kinds: [Kind]

    /// At most 32 members, of names between one and sixteen bytes.
    package init(_ members: [(name: String, kind: Kind)]) {
        names = KnownNames(members.map(\.name))
        kinds = members.map(\.kind)
        var strings: UInt64 = 0
        for (index, kind) in kinds.enumerated() {
            if case .string = kind { strings |= 1 << UInt64(index) }
        }
        self.strings = strings
    }

    /// Finds the members in checked JSON that is an object.
    ///
    /// Of members with one name, the last counts, as in most readers of JSON; each must be of the right kind. Names are
    /// compared byte by byte.
    ///
    /// - Parameters:
    ///   - root: what stands in front of pointers.
    ///   - places: as many places as there are members; set in their order.
    /// - Returns: whether a member of kind `anything`, here or below, is neither a string nor `null`.
    /// - Throws: `invalidData` for the first value of another kind.
    package func locate(
        in data: HeldData, root: StaticString, places: UnsafeMutablePointer<JSONPlace>
    ) throws(EventDataError) -> Bool {
        for index in kinds.indices { places[index] = .missing }
        var walk = ObjectWalk(data)
        guard walk.object(self, places) else {
            throw EventDataError(
                .invalidData,
                pointer: JSONPointer.locate(walk.offset, in: data.bytes, root: root.description),
                expected: walk.expected.description, actual: walk.kind.description)
        }
        return walk.hasOtherValues
    }
}
