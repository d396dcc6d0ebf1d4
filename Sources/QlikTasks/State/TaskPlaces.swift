import CloudEvents

/// Where each member of a task's state stands in the text of the data, and that each is of its documented type. Found in
/// one pass over the text, without a copy and without an allocation.
///
/// Of members with one name, the last counts, as in most readers of JSON; each must be of the right type.
struct TaskPlaces: Sendable {
    // One for each member, in their order.
    private var all = (
        JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(),
        JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(),
        JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace(), JSONPlace()
    )
    /// Whether a change has a value that is no string.
    private(set) var hasOtherChangeValues = false

    /// Reads checked JSON that is not `null`.
    ///
    /// - Throws: `invalidData` for the first member of another type; else for the first required one, in the order of the
    ///   documentation, that is missing or null.
    init(_ data: HeldData) throws(EventDataError) {
        var fault: EventDataError?
        withUnsafeMutableBytes(of: &all) { bytes in
            let places = bytes.assumingMemoryBound(to: JSONPlace.self)
            do throws(EventDataError) {
                guard let base = places.baseAddress else { return }
                hasOtherChangeValues = try TaskMember.shape.locate(in: data, root: "/data", places: base)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        for member in TaskMember.required where !self[member].isSet { throw Self.absent(member, self[member]) }
    }

    /// Where a member stands.
    @inline(__always)
    subscript(member: TaskMember) -> JSONPlace {
        withUnsafeBytes(of: all) { $0.assumingMemoryBound(to: JSONPlace.self)[member.rawValue] }
    }

    /// Whether the task is enabled, where the data says it.
    @inline(__always)
    func enabled(in text: ByteView) -> Bool? {
        self[.enabled].isSet ? self[.enabled].view(in: text)[0] == UInt8(ascii: "t") : nil
    }

    @inline(never)
    private static func absent(_ member: TaskMember, _ place: JSONPlace) -> EventDataError {
        EventDataError(
            .invalidData, pointer: member.pointer, expected: "string", actual: place.isNull ? "null" : "nothing")
    }
}
