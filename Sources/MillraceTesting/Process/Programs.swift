package import Foundation

/// Programs that tests start.
package enum Programs {
    /// A product of this package, beside the test bundle that is running.
    /// - Throws: `ProgramFailed` where it was not built.
    package static func built(_ name: String) throws -> URL {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        // SwiftPM's test runner is another program that loads the bundle, which stands among its arguments.
        let folders = CommandLine.arguments.filter { $0.contains(".xctest") }
            .map { URL(filePath: String($0[..<($0.range(of: ".xctest")?.lowerBound ?? $0.endIndex)])) }
            .map { $0.deletingLastPathComponent() }
        for folder in folders + [bundle] {
            let program = folder.appending(path: name)
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw ProgramFailed(description: "\(name) was not built beside the tests; looked in \(folders + [bundle])")
    }

    /// A program on the path.
    /// - Throws: `ProgramFailed` where it is not installed.
    package static func installed(_ name: String) throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let program = URL(filePath: String(folder)).appending(path: name)
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw ProgramFailed(description: "\(name) is not installed; Scripts/setup tests installs it")
    }

    /// One of the tools of the Kafka that KAFKA_HOME names; nil where it names none.
    package static func kafkaTool(_ name: String) -> URL? {
        guard let home = ProcessInfo.processInfo.environment["KAFKA_HOME"] else { return nil }
        let program = URL(filePath: home).appending(path: "bin").appending(path: name)
        return FileManager.default.isExecutableFile(atPath: program.path) ? program : nil
    }
}
