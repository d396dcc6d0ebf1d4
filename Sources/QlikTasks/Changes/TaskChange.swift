import CloudEvents

/// One changed member of a task, as an element of `_updates` says it.
public struct TaskChange: Sendable, Hashable {
    /// Which member was changed, as a JSON pointer (RFC 6901) from the task on: `/enabled`. The event may write it
    /// `/enabled`, `$.enabled` or `enabled`. Nil if the event does not say.
    public let path: String?
    /// The path as the event has it.
    public let originalPath: String?
    /// The value after the change; nil if the event does not say, which is not the same as ``ChangeValue/null``.
    public let newValue: ChangeValue?
    /// The value before the change; nil if the event does not say.
    public let oldValue: ChangeValue?

    /// A change, with its path as an event may write it.
    public init(path: String?, newValue: ChangeValue?, oldValue: ChangeValue?) {
        self.path = path.map(ChangePath.normalised)
        originalPath = path
        self.newValue = newValue
        self.oldValue = oldValue
    }

    /// The object at hand, whose grammar and types were checked.
    fileprivate init(_ cursor: inout JSONCursor) throws(EventDataError) {
        var path: String?
        var newValue: ChangeValue?
        var oldValue: ChangeValue?
        try cursor.enterObject()
        while let name = cursor.nextMember() {
            switch ChangeMember.named(name) {
            case .path: path = cursor.null() ? nil : try cursor.string().string
            case .newValue: newValue = try ChangeValue(&cursor)
            case .oldValue: oldValue = try ChangeValue(&cursor)
            case nil: cursor.skip()
            }
        }
        self.init(path: path, newValue: newValue, oldValue: oldValue)
    }

    /// The changes in the checked text of an array of them.
    static func list(_ text: ByteView) -> [TaskChange] {
        var cursor = JSONCursor(trusting: text)
        var list: [TaskChange] = []
        do throws(EventDataError) {
            try cursor.enterArray()
            while cursor.nextElement() { list.append(try TaskChange(&cursor)) }
        } catch {
            // Cannot happen: the types were checked when the state was read.
        }
        return list
    }

    /// The pointers to those values of the checked array that are neither strings nor `null`, at most the given number:
    /// each becomes the label of a counter.
    static func otherValues(in text: ByteView, limit: Int) -> [String] {
        var cursor = JSONCursor(trusting: text, root: TaskMember.updates.pointer)
        var pointers: [String] = []
        do throws(EventDataError) {
            try cursor.enterArray()
            while cursor.nextElement() {
                try cursor.enterObject()
                while let name = cursor.nextMember() {
                    let member = ChangeMember.named(name)
                    if member == .newValue || member == .oldValue, cursor.kind != .string, cursor.kind != .null {
                        let pointer = cursor.pointer(to: cursor.offset)
                        if pointers.last != pointer { pointers.append(pointer) }
                        if pointers.count == limit { return pointers }
                    }
                    cursor.skip()
                }
            }
        } catch {
            // Cannot happen: the types were checked when the state was read.
        }
        return pointers
    }
}
