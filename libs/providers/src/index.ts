export { openProviders, sagesModel, type Model, type Provider, type Providers, type UpstreamSettings } from './providers.ts'
export { readProvidersFile, type ProviderSettings } from './provider-settings.ts'
