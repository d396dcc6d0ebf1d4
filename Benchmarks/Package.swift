// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "millrace-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "..")],
    targets: [
        .executableTarget(
            name: "peer",
            dependencies: [
                .product(name: "CloudEvents", package: "millrace"), .product(name: "Millrace", package: "millrace"),
                .product(name: "QlikTasks", package: "millrace"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
