// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "millrace", targets: ["MillraceMain"]),
        .library(name: "CloudEvents", targets: ["CloudEvents"]),
        .library(name: "Millrace", targets: ["Millrace", "MillraceConnectors", "MillraceAdmin", "MillraceCLI"]),
        .library(name: "QlikTasks", targets: ["QlikTasks"]),
        .library(name: "MillraceTesting", targets: ["MillraceTesting"]),
    ],
    targets: [
        // C libraries: a module map and a shim.h each, nothing else.
        .systemLibrary(
            name: "MillraceCRdkafka", path: "Sources/System/MillraceCRdkafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),
        .systemLibrary(
            name: "MillraceCYAML", path: "Sources/System/MillraceCYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "MillraceCMicrohttpd", path: "Sources/System/MillraceCMicrohttpd", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"]), .brew(["libmicrohttpd"])]),
        .systemLibrary(
            name: "MillraceCCrypto", path: "Sources/System/MillraceCCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "MillraceCSQLite", path: "Sources/System/MillraceCSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(name: "MillraceCGlue", path: "Sources/System/MillraceCGlue"),
        // Vector instructions behind a header: no library.
        .systemLibrary(name: "MillraceCScan", path: "Sources/System/MillraceCScan"),

        .target(name: "CloudEvents", dependencies: ["MillraceCScan"], swiftSettings: strict),
        .target(name: "MillraceEngine", swiftSettings: strict),
        .target(name: "MillraceKafka", dependencies: ["MillraceCRdkafka"], swiftSettings: strict),
        .target(
            name: "Millrace",
            dependencies: ["CloudEvents", "MillraceEngine", "MillraceKafka", "MillraceCCrypto", "MillraceCGlue"],
            swiftSettings: strict),
        .target(name: "MillraceSQLite", dependencies: ["MillraceCSQLite"], swiftSettings: strict),
        .target(
            name: "QlikTasks", dependencies: ["CloudEvents", "Millrace", "MillraceConnectors", "MillraceSQLite"],
            swiftSettings: strict),
        .target(
            name: "MillraceConnectors", dependencies: ["CloudEvents", "Millrace", "MillraceKafka"],
            swiftSettings: strict),
        .target(
            name: "MillraceAdmin", dependencies: ["Millrace", "MillraceEngine", "MillraceCMicrohttpd"],
            swiftSettings: strict),
        .target(
            name: "MillraceTesting", dependencies: ["CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka"],
            swiftSettings: strict),
        .target(
            name: "MillraceCLI",
            dependencies: [
                "CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka", "MillraceConnectors", "MillraceAdmin",
                "QlikTasks", "MillraceSQLite", "MillraceCYAML", "MillraceCGlue",
            ], swiftSettings: strict),
        .executableTarget(name: "MillraceMain", dependencies: ["Millrace", "MillraceCLI"], swiftSettings: strict),

        // `millrace` with the test kit's processors: tests start it as a process.
        .executableTarget(
            name: "MillraceDirectedWorker", dependencies: ["Millrace", "MillraceCLI", "MillraceTesting"],
            path: "Tests/DirectedWorker", swiftSettings: strict),

        // The engine under a virtual clock and a scripted broker: `Scripts/simulate` runs it, and so do the engine's tests.
        .executableTarget(
            name: "MillraceSimulation", dependencies: ["MillraceEngine"], path: "Tests/Simulation",
            exclude: ["Mutants"], swiftSettings: strict),

        .testTarget(
            name: "CloudEventsTests", dependencies: ["CloudEvents", "MillraceCScan"], swiftSettings: strict),
        .testTarget(
            name: "MillraceEngineTests", dependencies: ["MillraceEngine", "MillraceSimulation"], swiftSettings: strict),
        .testTarget(name: "MillraceKafkaTests", dependencies: ["MillraceKafka"], swiftSettings: strict),
        .testTarget(
            name: "MillraceSQLiteTests", dependencies: ["MillraceSQLite", "MillraceTesting"], swiftSettings: strict),
        .testTarget(
            name: "MillraceTests",
            dependencies: ["CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka", "MillraceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "QlikTasksTests",
            dependencies: [
                "CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka", "MillraceSQLite", "MillraceTesting",
                "QlikTasks",
            ], swiftSettings: strict),
        .testTarget(
            name: "MillraceConnectorsTests",
            dependencies: ["CloudEvents", "Millrace", "MillraceConnectors", "MillraceKafka", "MillraceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "MillraceAdminTests", dependencies: ["Millrace", "MillraceAdmin", "MillraceEngine"],
            swiftSettings: strict),
        .testTarget(
            name: "MillraceCLITests",
            dependencies: [
                "CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka", "MillraceCLI", "MillraceSQLite",
                "MillraceTesting", "QlikTasks",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CloudEvents", "Millrace", "MillraceEngine", "MillraceKafka", "MillraceConnectors", "MillraceCLI",
                "MillraceTesting",
                // Built before the tests, which start them as processes.
                "MillraceMain", "MillraceDirectedWorker",
            ], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
