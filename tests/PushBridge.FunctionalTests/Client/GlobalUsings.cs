// The server's own API has types of these names too, one namespace further out, where the compiler looks first.
global using ClientPushResult = PushBridge.Client.PushResult;
