import CloudEvents

/// The documented members of a Tasks event's data, in the order of the documentation. The raw value is the name.
package enum TaskMember: String, Sendable, CaseIterable {
    case id, name, usage, action, status, enabled, ownerId, spaceId, duration, createdAt, createdBy, deletedAt
    case updatedAt, resourceId, description, actionParams, disabledCode, migratedFrom, resourceType, statusDetails
    case updates = "_updates"

    /// The pointer to the member.
    package var pointer: String { "/data/\(rawValue)" }

    /// The member of that name; nil for a name that is not documented. Names are compared byte by byte.
    @inline(__always)
    static func named(_ name: JSONString) -> TaskMember? {
        guard name.hasEscapes else { return named(name.raw) }
        return name.bytes.withUnsafeBytes { named(ByteView($0)) }
    }

    /// By length first: that leaves at most four names to compare with, and mostly one.
    @inline(__always)
    private static func named(_ name: ByteView) -> TaskMember? {
        switch name.count {
        case 2: name.equals("id") ? .id : nil
        case 4: name.equals("name") ? .name : nil
        case 5: name.equals("usage") ? .usage : nil
        case 6: name.equals("action") ? .action : name.equals("status") ? .status : nil
        case 7:
            name.equals("ownerId")
                ? .ownerId : name.equals("spaceId") ? .spaceId : name.equals("enabled") ? .enabled : nil
        case 8: name.equals("duration") ? .duration : name.equals("_updates") ? .updates : nil
        case 9: namedWithNineBytes(name)
        case 10: name.equals("resourceId") ? .resourceId : nil
        case 11: name.equals("description") ? .description : nil
        case 12:
            name.equals("resourceType")
                ? .resourceType
                : name.equals("actionParams")
                    ? .actionParams
                    : name.equals("disabledCode")
                        ? .disabledCode : name.equals("migratedFrom") ? .migratedFrom : nil
        case 13: name.equals("statusDetails") ? .statusDetails : nil
        default: nil
        }
    }

    @inline(__always)
    private static func namedWithNineBytes(_ name: ByteView) -> TaskMember? {
        name.equals("createdAt")
            ? .createdAt
            : name.equals("createdBy")
                ? .createdBy : name.equals("updatedAt") ? .updatedAt : name.equals("deletedAt") ? .deletedAt : nil
    }
}
