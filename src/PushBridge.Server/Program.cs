using PushBridge.Server.CommandLine;

return await PushBridgeCommand.RunAsync(args);
