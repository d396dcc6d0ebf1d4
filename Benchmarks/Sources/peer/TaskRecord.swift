import QlikTasks

/// A task as a value of its own, with a `String` for each member.
struct TaskRecord {
    struct Change {
        var path: String?
        var newValue: ChangeValue?
        var oldValue: ChangeValue?
    }

    var id, name, action, ownerId, createdBy, resourceId, resourceType: String
    var usage, status, spaceId, duration, createdAt, deletedAt, updatedAt, description: String?
    var disabledCode, migratedFrom, statusDetails: String?
    var enabled: Bool?
    var actionParams: [String]?
    var changes: [Change]?

    /// Not inlined: what nobody looks at is made all the same.
    @inline(never)
    init(_ task: TaskState) {
        id = task.id
        name = task.name
        action = task.action
        ownerId = task.ownerId
        createdBy = task.createdBy
        resourceId = task.resourceId
        resourceType = task.resourceType.rawValue
        usage = task.usage?.rawValue
        status = task.status?.rawValue
        spaceId = task.spaceId
        duration = task.duration
        createdAt = task.createdAt
        deletedAt = task.deletedAt
        updatedAt = task.updatedAt
        description = task.description
        disabledCode = task.disabledCode?.rawValue
        migratedFrom = task.migratedFrom
        statusDetails = task.statusDetails
        enabled = task.enabled
        actionParams = task.actionParams
        changes = task.changes?.map { Change(path: $0.path, newValue: $0.newValue, oldValue: $0.oldValue) }
    }
}
