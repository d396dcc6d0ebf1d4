import CloudEvents

/// Where each member of a task's state stands in the text of the data, and that each is of its documented type. Found in
/// one pass over the text, without a copy and without an allocation.
///
/// Of members with one name, the last counts, as in most readers of JSON; each must be of the right type.
struct TaskPlaces: Sendable {
    var id = Place.missing
    var name = Place.missing
    var usage = Place.missing
    var action = Place.missing
    var status = Place.missing
    var enabled: Bool?
    var ownerId = Place.missing
    var spaceId = Place.missing
    var duration = Place.missing
    var createdAt = Place.missing
    var createdBy = Place.missing
    var deletedAt = Place.missing
    var updatedAt = Place.missing
    var resourceId = Place.missing
    var description = Place.missing
    var actionParams = Place.missing
    var disabledCode = Place.missing
    var migratedFrom = Place.missing
    var resourceType = Place.missing
    var statusDetails = Place.missing
    var updates = Place.missing
    /// Whether a change has a value that is no string.
    var hasOtherChangeValues = false

    /// Reads checked text that is not `null`.
    ///
    /// - Throws: `invalidData` for the first member of another type; else for the first required one, in the order of the
    ///   documentation, that is missing or null.
    init(_ text: ByteView) throws(EventDataError) {
        var cursor = JSONCursor(trusting: text, root: "/data")
        try cursor.enterObject()
        while let name = cursor.nextMember() {
            switch TaskMember.named(name) {
            case .id: id = try Self.string(&cursor, text)
            case .name: self.name = try Self.string(&cursor, text)
            case .usage: usage = try Self.string(&cursor, text)
            case .action: action = try Self.string(&cursor, text)
            case .status: status = try Self.string(&cursor, text)
            case .enabled: enabled = cursor.null() ? nil : try cursor.boolean()
            case .ownerId: ownerId = try Self.string(&cursor, text)
            case .spaceId: spaceId = try Self.string(&cursor, text)
            case .duration: duration = try Self.string(&cursor, text)
            case .createdAt: createdAt = try Self.string(&cursor, text)
            case .createdBy: createdBy = try Self.string(&cursor, text)
            case .deletedAt: deletedAt = try Self.string(&cursor, text)
            case .updatedAt: updatedAt = try Self.string(&cursor, text)
            case .resourceId: resourceId = try Self.string(&cursor, text)
            case .description: description = try Self.string(&cursor, text)
            case .actionParams: actionParams = try Self.strings(&cursor)
            case .disabledCode: disabledCode = try Self.string(&cursor, text)
            case .migratedFrom: migratedFrom = try Self.string(&cursor, text)
            case .resourceType: resourceType = try Self.string(&cursor, text)
            case .statusDetails: statusDetails = try Self.string(&cursor, text)
            case .updates: (updates, hasOtherChangeValues) = try Self.changes(&cursor)
            case nil: cursor.skip()
            }
        }
        try Self.require(.id, id)
        try Self.require(.name, self.name)
        try Self.require(.action, action)
        try Self.require(.ownerId, ownerId)
        try Self.require(.createdBy, createdBy)
        try Self.require(.resourceId, resourceId)
        try Self.require(.resourceType, resourceType)
    }

    @inline(__always)
    private static func string(_ cursor: inout JSONCursor, _ text: ByteView) throws(EventDataError) -> Place {
        if cursor.null() { return .null }
        return Place(try cursor.string(), in: text)
    }

    private static func strings(_ cursor: inout JSONCursor) throws(EventDataError) -> Place {
        if cursor.null() { return .null }
        let start = cursor.offset
        try cursor.enterArray()
        while cursor.nextElement() { _ = try cursor.string() }
        return Place(from: start, to: cursor.offset)
    }

    /// A list of changes, and whether one has a value that is neither a string nor `null`.
    private static func changes(
        _ cursor: inout JSONCursor
    ) throws(EventDataError) -> (place: Place, hasOtherValues: Bool) {
        if cursor.null() { return (.null, false) }
        let start = cursor.offset
        var hasOtherValues = false
        try cursor.enterArray()
        while cursor.nextElement() {
            try cursor.enterObject()
            while let name = cursor.nextMember() {
                switch ChangeMember.named(name) {
                case .path: if !cursor.null() { _ = try cursor.string() }
                case .newValue, .oldValue:
                    if cursor.kind == .string {
                        _ = try cursor.string()
                    } else if !cursor.null() {
                        hasOtherValues = true
                        cursor.skip()
                    }
                case nil: cursor.skip()
                }
            }
        }
        return (Place(from: start, to: cursor.offset), hasOtherValues)
    }

    @inline(__always)
    private static func require(_ member: TaskMember, _ place: Place) throws(EventDataError) {
        guard place.isSet else { throw absent(member, place) }
    }

    @inline(never)
    private static func absent(_ member: TaskMember, _ place: Place) -> EventDataError {
        EventDataError(
            .invalidData, pointer: member.pointer, expected: "string", actual: place.isNull ? "null" : "nothing")
    }
}
