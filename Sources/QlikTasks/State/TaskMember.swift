import CloudEvents

/// The documented members of a Tasks event's data, in the order of the documentation.
package enum TaskMember: Int, Sendable, CaseIterable {
    case id, name, usage, action, status, enabled, ownerId, spaceId, duration, createdAt, createdBy, deletedAt
    case updatedAt, resourceId, description, actionParams, disabledCode, migratedFrom, resourceType, statusDetails
    case updates

    /// The name in the data.
    package var name: String { self == .updates ? "_updates" : String(describing: self) }

    /// The pointer to the member.
    package var pointer: String { "/data/\(name)" }

    /// What its value must be.
    private var kind: ObjectShape.Kind {
        switch self {
        case .enabled: .boolean
        case .actionParams: .strings
        case .updates: .objects(ChangeMember.shape)
        default: .string
        }
    }

    /// Those that must be there and not `null`, in the order of the documentation.
    static let required: [TaskMember] = [.id, .name, .action, .ownerId, .createdBy, .resourceId, .resourceType]

    /// All of them, as a straight-line decoder looks for them.
    static let shape = ObjectShape(allCases.map { ($0.name, $0.kind) })
}
